//! Runs pure work on several threads once there is enough of it; the results keep their order.

use rayon::iter::{IntoParallelRefMutIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::OnceLock;

/// Below this many bytes of source, starting threads takes longer than the work.
const WORTH_THREADS: u64 = 64 * 1024;
/// Deeply nested statements need as much stack on a worker as on the main thread.
const STACK: usize = 8 * 1024 * 1024;

/// A thread pool that starts when it is first worth it.
#[derive(Debug, Default)]
pub struct Workers {
    threads: usize,
    pool: OnceLock<Option<ThreadPool>>,
}

impl Workers {
    /// 0 lets the machine and `RAYON_NUM_THREADS` decide.
    pub fn new(threads: usize) -> Self {
        Workers { threads, pool: OnceLock::new() }
    }

    /// Does `work` on every item; `bytes` is how much source they hold together.
    pub fn each<T: Send>(&self, bytes: u64, items: &mut [T], work: impl Fn(&mut T) + Sync) {
        let pool = if items.len() < 2 { None } else { self.worth(bytes) };
        match pool {
            Some(pool) => pool.install(|| items.par_iter_mut().for_each(&work)),
            None => items.iter_mut().for_each(work),
        }
    }

    /// The pool, if so many bytes of source are worth it.
    pub fn worth(&self, bytes: u64) -> Option<&ThreadPool> {
        if bytes < WORTH_THREADS { None } else { self.pool() }
    }

    fn pool(&self) -> Option<&ThreadPool> {
        let start = || {
            let pool = ThreadPoolBuilder::new().num_threads(self.threads).stack_size(STACK).build().ok()?;
            (pool.current_num_threads() > 1).then_some(pool)
        };
        if self.threads == 1 { None } else { self.pool.get_or_init(start).as_ref() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_or_many_do_the_same() {
        let run = |threads| {
            let mut numbers: Vec<u64> = (0..1000).collect();
            Workers::new(threads).each(u64::MAX, &mut numbers, |n| *n *= 3);
            numbers
        };
        assert_eq!(run(1), run(4));
        assert_eq!(run(4)[999], 2997);
    }
}
