//! A wait that nothing can end, as an error that names who waits.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

/// Nothing is ready, and nothing that could wake a task is being waited for.
#[derive(Clone, Debug)]
pub struct Deadlock {
    /// Where tasks that have not ended were spawned, and how many at each place.
    pub waiting: Vec<(&'static Location<'static>, usize)>,
    /// The blocked frames of this thread, outermost first: where each was entered.
    pub blocked: Vec<&'static Location<'static>>,
}

impl Deadlock {
    pub(crate) fn new(
        tasks: impl IntoIterator<Item = &'static Location<'static>>,
        blocked: Vec<&'static Location<'static>>,
    ) -> Self {
        let mut waiting = BTreeMap::<_, usize>::new();
        for location in tasks {
            *waiting.entry(location).or_default() += 1;
        }
        Self {
            waiting: waiting.into_iter().collect(),
            blocked,
        }
    }
}

impl fmt::Display for Deadlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tasks: usize = self.waiting.iter().map(|(_, count)| count).sum();
        write!(
            f,
            "deadlock: {tasks} tasks wait, and nothing is left that could wake one of them; \
             blocked at"
        )?;
        for (i, location) in self.blocked.iter().enumerate() {
            write!(f, "{}{location}", if i == 0 { " " } else { ", then " })?;
        }
        f.write_str("; waiting tasks were spawned at")?;
        for (i, (location, count)) in self.waiting.iter().enumerate() {
            write!(f, "{}{location}", if i == 0 { " " } else { ", " })?;
            if *count > 1 {
                write!(f, " ({count} of them)")?;
            }
        }
        if self.waiting.is_empty() {
            f.write_str(" (none)")?;
        }
        Ok(())
    }
}

impl std::error::Error for Deadlock {}

type Hook = Arc<dyn Fn(&Deadlock) + Send + Sync>;

static HOOK: Mutex<Option<Hook>> = Mutex::new(None);

/// Sets what is told of a deadlock before it becomes an error or, where no error can be returned, a
/// panic. Replaces the hook before it.
///
/// On WASI the panic is a trap, so this is the last moment to answer the client.
pub fn set_deadlock_hook(hook: impl Fn(&Deadlock) + Send + Sync + 'static) {
    *HOOK.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(hook));
}

pub(crate) fn tell_hook(deadlock: &Deadlock) {
    // Cloned, so that a hook may set another one.
    let hook = HOOK.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(hook) = hook {
        hook(deadlock);
    }
}
