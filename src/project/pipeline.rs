//! Loads of a run on their way: read, planned in order, emitted, given on in order. While one is planned, which only one
//! thread can do, others read those that come and emit those that went before.

use super::error::ProjectError;
use super::workers::Workers;
use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, channel};
use std::time::Duration;

/// How many loads are on their way at a time, for each thread, and at most: more threads than a few find nothing to do,
/// for one of them plans, and rows of COPY on their way are held.
const AHEAD: usize = 3;
const MOST: usize = 12;
/// How long to wait before looking for other work again.
const PAUSE: Duration = Duration::from_micros(50);

/// What is done to a load without the others.
pub trait Load: Send {
    fn read(&mut self, workers: &Workers);
    fn emit(&mut self, workers: &Workers);
}

/// Where loads come from and go to, one after the other.
pub trait Line {
    type Load: Load;

    /// The next load; none after the last one.
    ///
    /// # Errors
    /// Any error ends the run.
    fn next(&mut self) -> Result<Option<Self::Load>, ProjectError>;

    /// Plans a load that was read, once all before it are planned.
    ///
    /// # Errors
    /// Any error ends the run.
    fn plan(&mut self, load: &mut Self::Load) -> Result<(), ProjectError>;

    /// Takes a load that was emitted, once all before it are taken.
    ///
    /// # Errors
    /// Any error ends the run.
    fn give(&mut self, load: Self::Load) -> Result<(), ProjectError>;
}

/// Takes every load through all stages; `bytes` is how much source they hold together.
///
/// # Errors
/// The first error of the line.
pub fn run<L: Line + Send>(line: &mut L, bytes: u64, workers: &Workers) -> Result<(), ProjectError> {
    match workers.worth(bytes) {
        Some(pool) => {
            let most = (pool.current_num_threads() * AHEAD).min(MOST);
            pool.install(|| side_by_side(line, workers, most))
        }
        None => {
            while let Some(mut load) = line.next()? {
                load.read(workers);
                line.plan(&mut load)?;
                load.emit(workers);
                line.give(load)?;
            }
            Ok(())
        }
    }
}

fn side_by_side<L: Line>(line: &mut L, workers: &Workers, most: usize) -> Result<(), ProjectError> {
    rayon::in_place_scope_fifo(|scope| {
        let (mut reading, mut emitting) = (VecDeque::new(), VecDeque::new());
        let mut ended = false;
        loop {
            while !ended && reading.len() + emitting.len() < most {
                match line.next()? {
                    Some(mut load) => {
                        let (done, read) = channel();
                        reading.push_back(read);
                        scope.spawn_fifo(move |_| {
                            load.read(workers);
                            // Nobody waits for it after an error.
                            let _ = done.send(load);
                        });
                    }
                    None => ended = true,
                }
            }
            while let Some(load) = first_done(&mut emitting) {
                line.give(load)?;
            }
            if let Some(read) = reading.pop_front() {
                let mut load = wait(&read)?;
                line.plan(&mut load)?;
                let (done, emitted) = channel();
                emitting.push_back(emitted);
                scope.spawn_fifo(move |_| {
                    load.emit(workers);
                    let _ = done.send(load);
                });
            } else if let Some(emitted) = emitting.pop_front() {
                line.give(wait(&emitted)?)?;
            } else if ended {
                return Ok(());
            }
        }
    })
}

/// The first load of a queue, if it is done.
fn first_done<T>(queue: &mut VecDeque<Receiver<T>>) -> Option<T> {
    let done = queue.front()?.try_recv().ok()?;
    queue.pop_front();
    Some(done)
}

/// Waits for a load, and works meanwhile. An error when its thread panicked: the scope passes that on.
fn wait<T>(done: &Receiver<T>) -> Result<T, ProjectError> {
    let lost = || ProjectError::io("convert", "a file".as_ref(), io::Error::other("a thread ended"));
    loop {
        match done.try_recv() {
            Ok(load) => return Ok(load),
            Err(TryRecvError::Disconnected) => return Err(lost()),
            Err(TryRecvError::Empty) => {}
        }
        if rayon::yield_now() == Some(rayon::Yield::Executed) {
            continue;
        }
        match done.recv_timeout(PAUSE) {
            Ok(load) => return Ok(load),
            Err(RecvTimeoutError::Disconnected) => return Err(lost()),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number, and what was done with it, slowly or not. There is none behind a thousand.
    struct Counted(usize, &'static str, bool);

    /// As many as are on their way on two threads.
    const BEHIND: usize = 2 * AHEAD;

    impl Load for Counted {
        fn read(&mut self, _: &Workers) {
            // Those that come first are done last.
            std::thread::sleep(Duration::from_micros(300 / (self.0 as u64 % 7 + 1)));
            assert!(self.0 <= 1000, "no such number");
            self.1 = "read";
        }

        fn emit(&mut self, workers: &Workers) {
            self.read(workers);
            if self.2 && self.0 % BEHIND == 1 {
                std::thread::sleep(Duration::from_millis(3));
            }
            self.1 = "emitted";
        }
    }

    #[derive(Default)]
    struct Counting {
        next: usize,
        most: usize,
        fails_at: usize,
        /// All loads on their way are planned before the first of them is emitted, and emitted before it is given.
        in_a_jam: bool,
        planned: Vec<usize>,
        given: Vec<usize>,
    }

    impl Line for Counting {
        type Load = Counted;

        fn next(&mut self) -> Result<Option<Counted>, ProjectError> {
            self.next += 1;
            Ok((self.next <= self.most).then_some(Counted(self.next, "", self.in_a_jam)))
        }

        fn plan(&mut self, load: &mut Counted) -> Result<(), ProjectError> {
            assert_eq!(load.1, "read");
            self.planned.push(load.0);
            if self.in_a_jam && load.0.is_multiple_of(BEHIND) {
                std::thread::sleep(Duration::from_millis(5));
            }
            match load.0 == self.fails_at {
                true => Err(ProjectError::io("read", "a".as_ref(), std::io::ErrorKind::Other.into())),
                false => Ok(()),
            }
        }

        fn give(&mut self, load: Counted) -> Result<(), ProjectError> {
            assert_eq!(load.1, "emitted");
            self.given.push(load.0);
            if self.in_a_jam {
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok(())
        }
    }

    fn count(threads: usize, fails_at: usize) -> (bool, Counting) {
        let mut line = Counting { most: 100, fails_at, ..Counting::default() };
        let done = run(&mut line, u64::MAX, &Workers::new(threads));
        (done.is_ok(), line)
    }

    #[test]
    fn loads_are_planned_and_given_in_order() {
        for threads in [1, 2, 5] {
            let (done, line) = count(threads, 0);
            assert!(done);
            assert!(line.planned.iter().copied().eq(1..=100), "{threads}: {:?}", line.planned);
            assert!(line.given.iter().copied().eq(1..=100), "{threads}: {:?}", line.given);
        }
    }

    #[test]
    fn loads_that_are_all_emitted_at_once_are_not_the_last() {
        let mut line = Counting { most: 100, in_a_jam: true, ..Counting::default() };
        assert!(run(&mut line, u64::MAX, &Workers::new(2)).is_ok());
        assert!(line.given.iter().copied().eq(1..=100), "{:?}", line.given);
    }

    #[test]
    fn a_panic_ends_the_run() {
        let mut line = Counting { next: 990, most: 1100, ..Counting::default() };
        let run = std::panic::AssertUnwindSafe(|| run(&mut line, u64::MAX, &Workers::new(4)));
        assert!(std::panic::catch_unwind(run).is_err());
        assert!(line.planned.iter().copied().eq(991..=1000), "{:?}", line.planned);
    }

    #[test]
    fn nothing_is_planned_after_an_error() {
        for threads in [1, 4] {
            let (done, line) = count(threads, 20);
            assert!(!done);
            assert!(line.planned.iter().copied().eq(1..=20), "{threads}: {:?}", line.planned);
            assert!(line.given.len() < 20 && line.given.iter().copied().eq(1..=line.given.len()));
        }
    }
}
