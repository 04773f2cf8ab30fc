//! `--timing`: what a query took, on standard error.

use crate::sandbox::{Call, Record};
use crate::stderr::say;
use bytesize::ByteSize;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// The guest ends when its answer has been read; should it not, its figures are not waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// The moments of one query.
pub struct Timing {
    started: Instant,
    loaded: Instant,
    first: OnceLock<Duration>,
    call: Arc<Call>,
}

impl Timing {
    /// The component is loaded by now.
    pub fn new(started: Instant, call: Arc<Call>) -> Timing {
        Timing { started, loaded: Instant::now(), first: OnceLock::new(), call }
    }

    /// A piece of the answer is there; the first one counts.
    pub fn piece(&self) {
        self.first.get_or_init(|| self.started.elapsed());
    }

    /// The answer has been handed out: says it all, once the guest is gone, which `gone` ends with.
    pub async fn report(&self, bytes: u64, gone: oneshot::Receiver<()>) {
        let total = self.started.elapsed();
        // Gone, or not waited for any longer.
        let _ = tokio::time::timeout(PATIENCE, gone).await;
        for (name, value) in self.lines(bytes, total) {
            say(format_args!("{name:<12} {value}"));
        }
    }

    fn lines(&self, bytes: u64, total: Duration) -> Vec<(&'static str, String)> {
        let cost = self.call.cost();
        let mut lines = vec![
            ("load", millis(self.loaded - self.started)),
            ("start", cost.instantiate.map_or_else(|| "none".into(), millis)),
            ("first bytes", self.first.get().map_or_else(|| "none came".into(), |&first| millis(first))),
            ("total", millis(total)),
            ("processor", millis(cost.cpu)),
            ("memory peak", ByteSize::b(cost.memory_peak).to_string()),
            ("answer", ByteSize::b(bytes).to_string()),
        ];
        lines.extend(cost.fuel.map(|fuel| ("fuel", fuel.to_string())));
        for record in self.call.records() {
            let Record::Answered { rows, bytes_read, ranges_read, stages, .. } = record else { continue };
            lines.extend(rows.map(|rows| ("rows", rows.to_string())));
            lines.extend(bytes_read.map(|bytes| {
                let ranges = ranges_read.map(|ranges| format!(" in {ranges} ranges")).unwrap_or_default();
                ("read", format!("{}{ranges}", ByteSize::b(bytes)))
            }));
            let stages = [
                ("receive", stages.receive),
                ("parse", stages.parse),
                ("plan", stages.plan),
                ("first batch", stages.first_batch),
                ("send", stages.send),
                ("total", stages.total),
            ];
            let stages: Vec<String> = stages
                .iter()
                .filter_map(|(name, took)| Some(format!("{name} {}", millis((*took)?))))
                .collect();
            if !stages.is_empty() {
                lines.push(("component", stages.join(", ")));
            }
        }
        lines
    }
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::finished::Stages;

    #[test]
    fn what_the_component_says_is_shown_where_it_says_it() {
        let call = Arc::new(Call::new("q".into()));
        let timing = Timing::new(Instant::now(), call.clone());
        let names = |timing: &Timing| {
            timing.lines(5, Duration::ZERO).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert!(!names(&timing).contains(&"rows"));
        call.record(Record::Answered {
            status: 200,
            code: None,
            rows: Some(7),
            bytes_read: Some(2048),
            ranges_read: Some(3),
            stages: Stages {
                total: Some(Duration::from_micros(1500)),
                plan: Some(Duration::from_micros(250)),
                ..Stages::default()
            },
        });
        let lines = timing.lines(5, Duration::ZERO);
        assert!(lines.contains(&("rows", "7".into())), "{lines:?}");
        assert!(lines.contains(&("read", "2.0 KiB in 3 ranges".into())), "{lines:?}");
        assert!(lines.contains(&("component", "plan 0.2 ms, total 1.5 ms".into())), "{lines:?}");
        assert!(lines.contains(&("first bytes", "none came".into())), "{lines:?}");
    }
}
