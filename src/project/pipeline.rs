//! Loads of a run on their way: read, planned in order, emitted, given on in order. While one is planned, which only one
//! thread can do, others read those that come and emit those that went before.

use super::error::ProjectError;
use super::workers::Workers;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, channel};
use std::time::Duration;

/// How many loads are on their way at a time, for each thread.
const AHEAD: usize = 3;
/// How long to wait before looking for other work again.
const PAUSE: Duration = Duration::from_micros(50);

/// What a load needs of the others: nothing.
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
        Some(pool) => pool.install(|| side_by_side(line, workers, pool.current_num_threads() * AHEAD)),
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
            let load = if reading.is_empty() { None } else { wait(&mut reading) };
            match load {
                Some(mut load) => {
                    line.plan(&mut load)?;
                    let (done, emitted) = channel();
                    emitting.push_back(emitted);
                    scope.spawn_fifo(move |_| {
                        load.emit(workers);
                        let _ = done.send(load);
                    });
                }
                None => match wait(&mut emitting) {
                    Some(load) => line.give(load)?,
                    None => return Ok(()),
                },
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

/// Waits for the first load of a queue, and works meanwhile; `None` when there is none, or its thread panicked, which the
/// scope passes on.
fn wait<T>(queue: &mut VecDeque<Receiver<T>>) -> Option<T> {
    let first = queue.pop_front()?;
    loop {
        match first.try_recv() {
            Ok(load) => return Some(load),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => {}
        }
        if rayon::yield_now() == Some(rayon::Yield::Executed) {
            continue;
        }
        match first.recv_timeout(PAUSE) {
            Ok(load) => return Some(load),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}
