// Ten users who ask for a page of rows again and again.
//
//   k6 run tests/load/ten_users.js                        against http://127.0.0.1:8080
//   k6 run -e BASE=http://host:port -e SECONDS=60 …       against another, for longer
//
// The server's data directory holds `test.parquet` (`python -m load` in tests/ makes one and serves it).
// THRESHOLD_MS=0 leaves the time out of the verdict, as a machine that does other work must.

import http from 'k6/http';
import { check } from 'k6';

const base = __ENV.BASE || 'http://127.0.0.1:8080';
const threshold = Number(__ENV.THRESHOLD_MS || 100);
const body = JSON.stringify({ sql: "SELECT * FROM 'test.parquet' LIMIT 100" });
const params = { headers: { 'content-type': 'application/json' } };

export const options = {
  vus: 10,
  duration: `${__ENV.SECONDS || 30}s`,
  summaryTrendStats: ['min', 'med', 'p(95)', 'p(99)', 'max'],
  thresholds: {
    checks: ['rate==1'],
    http_req_failed: ['rate==0'],
    ...(threshold > 0 ? { http_req_duration: [`p(95)<${threshold}`] } : {}),
  },
};

export default function () {
  const answer = http.post(`${base}/query`, body, params);
  check(answer, {
    'status is 200': (answer) => answer.status === 200,
    'a hundred rows, whole': (answer) => answer.status === 200 && answer.json('rows') === 100,
  });
}
