//! rayon's pools where there is one thread: whatever is spawned has run when `spawn` returns, and of two
//! functions that are joined the first runs first.
//!
//! A scope of the original runs what is spawned in it when its own function has ended, and the last first.
//! Nothing may count on either, since with more threads neither holds.

use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

pub fn max_num_threads() -> usize {
    1
}

pub fn current_num_threads() -> usize {
    1
}

pub fn current_thread_index() -> Option<usize> {
    Some(0)
}

/// What joined functions are told of where they run.
#[derive(Debug)]
pub struct FnContext(PhantomData<*mut ()>);

impl FnContext {
    /// Whether the function runs on another thread than it was given on.
    #[inline(always)]
    pub fn migrated(&self) -> bool {
        false
    }
}

#[inline(always)]
pub fn join<A, B, RA, RB>(first: A, second: B) -> (RA, RB)
where
    A: FnOnce() -> RA + Send,
    B: FnOnce() -> RB + Send,
    RA: Send,
    RB: Send,
{
    (first(), second())
}

#[inline(always)]
pub fn join_context<A, B, RA, RB>(first: A, second: B) -> (RA, RB)
where
    A: FnOnce(FnContext) -> RA + Send,
    B: FnOnce(FnContext) -> RB + Send,
    RA: Send,
    RB: Send,
{
    (first(FnContext(PhantomData)), second(FnContext(PhantomData)))
}

#[inline(always)]
pub fn spawn(run: impl FnOnce() + Send + 'static) {
    run();
}

#[inline(always)]
pub fn spawn_fifo(run: impl FnOnce() + Send + 'static) {
    run();
}

/// What a yield has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Yield {
    Executed,
    Idle,
}

/// Nothing waits to be run.
pub fn yield_now() -> Option<Yield> {
    Some(Yield::Idle)
}

/// Nothing waits to be run.
pub fn yield_local() -> Option<Yield> {
    Some(Yield::Idle)
}

/// The one thread.
#[derive(Debug)]
pub struct BroadcastContext<'a>(PhantomData<&'a mut dyn Fn()>);

impl BroadcastContext<'_> {
    pub fn index(&self) -> usize {
        0
    }

    pub fn num_threads(&self) -> usize {
        1
    }
}

pub fn broadcast<R: Send>(run: impl Fn(BroadcastContext<'_>) -> R + Sync) -> Vec<R> {
    vec![run(BroadcastContext(PhantomData))]
}

pub fn spawn_broadcast(run: impl Fn(BroadcastContext<'_>) + Send + Sync + 'static) {
    run(BroadcastContext(PhantomData));
}

macro_rules! scopes {
    ($($scope:ident, $spawn:ident, $enter:ident, $enter_in_place:ident;)*) => {$(
        /// Runs what is spawned at once.
        #[derive(Debug)]
        pub struct $scope<'scope>(PhantomData<fn(&'scope ()) -> &'scope ()>);

        impl<'scope> $scope<'scope> {
            #[inline(always)]
            pub fn $spawn(&self, run: impl FnOnce(&$scope<'scope>) + Send + 'scope) {
                run(self);
            }

            pub fn spawn_broadcast(
                &self,
                run: impl Fn(&$scope<'scope>, BroadcastContext<'_>) + Send + Sync + 'scope,
            ) {
                run(self, BroadcastContext(PhantomData));
            }
        }

        #[inline(always)]
        pub fn $enter<'scope, R: Send>(run: impl FnOnce(&$scope<'scope>) -> R + Send) -> R {
            run(&$scope(PhantomData))
        }

        #[inline(always)]
        pub fn $enter_in_place<'scope, R>(run: impl FnOnce(&$scope<'scope>) -> R) -> R {
            run(&$scope(PhantomData))
        }
    )*};
}

scopes! {
    Scope, spawn, scope, in_place_scope;
    ScopeFifo, spawn_fifo, scope_fifo, in_place_scope_fifo;
}

/// The one thread.
#[derive(Debug)]
pub struct ThreadPool(());

impl ThreadPool {
    #[inline(always)]
    pub fn install<R: Send>(&self, run: impl FnOnce() -> R + Send) -> R {
        run()
    }

    pub fn current_num_threads(&self) -> usize {
        1
    }

    pub fn current_thread_index(&self) -> Option<usize> {
        Some(0)
    }

    pub fn current_thread_has_pending_tasks(&self) -> Option<bool> {
        Some(false)
    }

    #[inline(always)]
    pub fn spawn(&self, run: impl FnOnce() + Send + 'static) {
        run();
    }

    #[inline(always)]
    pub fn spawn_fifo(&self, run: impl FnOnce() + Send + 'static) {
        run();
    }

    pub fn yield_now(&self) -> Option<Yield> {
        yield_now()
    }
}

/// Has nothing to say.
#[derive(Debug, Default)]
pub struct ThreadPoolBuilder(());

impl ThreadPoolBuilder {
    pub fn new() -> Self {
        Self(())
    }

    pub fn num_threads(self, _: usize) -> Self {
        self
    }

    pub fn thread_name(self, _: impl FnMut(usize) -> String + 'static) -> Self {
        self
    }

    pub fn use_current_thread(self) -> Self {
        self
    }

    pub fn build(self) -> Result<ThreadPool, ThreadPoolBuildError> {
        Ok(ThreadPool(()))
    }
}

/// There is none.
#[derive(Debug)]
pub struct ThreadPoolBuildError(Infallible);

impl fmt::Display for ThreadPoolBuildError {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {}
    }
}

impl std::error::Error for ThreadPoolBuildError {}

/// A thread that the original would start: there is none.
#[derive(Debug)]
pub struct ThreadBuilder(Infallible);
