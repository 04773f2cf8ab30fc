//! The process itself, as the kernel sees it, under the names that Prometheus's clients share.

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;
use std::time::{Duration, SystemTime};

/// What the process has used and holds. Where there is no /proc, only processor time is known.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    /// Of all threads, user and system.
    pub cpu: Duration,
    /// Pages in memory, in bytes, those of mapped files included.
    pub resident: Option<u64>,
    pub open_fds: Option<u64>,
}

impl Usage {
    pub fn now() -> Usage {
        let cpu = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        Usage {
            cpu: Duration::new(cpu.tv_sec as u64, cpu.tv_nsec as u32),
            resident: resident(),
            // The folder itself is open while it is read.
            open_fds: std::fs::read_dir("/proc/self/fd")
                .ok()
                .map(|all| (all.count() as u64).saturating_sub(1)),
        }
    }
}

fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib << 10)
}

/// Asks the kernel at each scrape.
#[derive(Debug)]
pub struct Process {
    /// When telemetry began, which is the first thing that `serve` does.
    pub started: SystemTime,
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), std::fmt::Error> {
        let usage = Usage::now();
        let mut put = |name, help, unit: Option<&Unit>, metric: &dyn Encode| {
            metric.put(encoder.encode_descriptor(name, help, unit, metric.kind())?)
        };
        let cpu = ConstCounter::new(usage.cpu.as_secs_f64());
        put("process_cpu", "Processor time of the process.", Some(&Unit::Seconds), &cpu)?;
        if let Some(resident) = usage.resident {
            let resident = ConstGauge::new(resident as i64);
            put(
                "process_resident_memory",
                "Memory that is resident, mapped files included.",
                Some(&Unit::Bytes),
                &resident,
            )?;
        }
        if let Some(open) = usage.open_fds {
            put("process_open_fds", "Open file descriptors.", None, &ConstGauge::new(open as i64))?;
        }
        let started = self.started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let started = ConstGauge::new(started.as_secs_f64());
        put("process_start_time", "When the process started, in Unix time.", Some(&Unit::Seconds), &started)
    }
}

/// [`EncodeMetric`] behind a reference.
trait Encode {
    fn kind(&self) -> prometheus_client::metrics::MetricType;
    fn put(&self, encoder: prometheus_client::encoding::MetricEncoder) -> Result<(), std::fmt::Error>;
}

impl<M: EncodeMetric> Encode for M {
    fn kind(&self) -> prometheus_client::metrics::MetricType {
        self.metric_type()
    }

    fn put(&self, encoder: prometheus_client::encoding::MetricEncoder) -> Result<(), std::fmt::Error> {
        self.encode(encoder)
    }
}
