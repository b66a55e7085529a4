//! From paths, a symbol for every frame, to sequences of labels; and the way back, which is many.

use super::trellis::{Trellis, frames_needed};
use crate::error::LossError;

/// How many numbers [`alignments`] lists at most.
const MAX_CELLS: f64 = 1e7;

/// Merges repeats: of equal symbols in a row one is left.
///
/// This is the lecture's decoding, without a blank. It can't tell a label that is shown for long from
/// one that comes twice, which is what the blank is for: see [`collapse`].
///
/// ```
/// # use lossbook::prelude::*;
/// // The lecture's frames, a digit each.
/// let frames = [2, 2, 2, 2, 2, 0, 0, 0, 2, 2, 2, 2, 5, 5, 5, 5];
/// assert_eq!(merge_repeats(&frames), [2, 0, 2, 5]);
/// ```
///
/// Source: "Losses, part 2" (lecture, CMU 11-785), "Merge duplicates".
pub fn merge_repeats(path: &[usize]) -> Vec<usize> {
    let mut merged = path.to_vec();
    merged.dedup();
    merged
}

/// Collapses a path: merges repeats, then drops blanks. What is left is the sequence of labels that
/// the path stands for.
///
/// The order matters. A blank between two equal labels keeps them apart.
///
/// ```
/// # use lossbook::prelude::*;
/// assert_eq!(collapse(&[0, 7, 7, 0, 7, 0, 0, 3], 0), [7, 7, 3]);
///
/// // The lecture's frames, where 0 is a digit; were it the blank, 2 2 5 would be left.
/// let frames = [2, 2, 2, 2, 2, 0, 0, 0, 2, 2, 2, 2, 5, 5, 5, 5];
/// assert_eq!(collapse(&frames, 10), [2, 0, 2, 5]);
/// assert_eq!(collapse(&frames, 0), [2, 2, 5]);
/// ```
///
/// Source: A. Graves et al., "Connectionist temporal classification" (2006), section 3.1.
pub fn collapse(path: &[usize], blank: usize) -> Vec<usize> {
    let mut labels = merge_repeats(path);
    labels.retain(|&symbol| symbol != blank);
    labels
}

/// All alignments of a target: the paths of this many frames that [`collapse`] to it, in
/// lexicographic order. None if there are too few frames.
///
/// ```
/// # use lossbook::prelude::*;
/// let paths = alignments(&[1, 2], 3, 0)?;
/// assert_eq!(paths, [[0, 1, 2], [1, 0, 2], [1, 1, 2], [1, 2, 0], [1, 2, 2]]);
/// // Equal labels need a blank between them.
/// assert_eq!(alignments(&[1, 1], 3, 0)?, [[1, 0, 1]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::BlankInTarget`]; [`LossError::TooLarge`] when the paths have more than 10 million
/// symbols together ([`count_alignments`] tells how many paths there are without listing them).
///
/// Source: as [`Ctc`](super::Ctc).
pub fn alignments(
    target: &[usize],
    frames: usize,
    blank: usize,
) -> Result<Vec<Vec<usize>>, LossError> {
    let trellis = Trellis::new(target, blank, frames, None)?;
    let count = count_alignments(target, frames);
    if count == 0.0 {
        return Ok(Vec::new());
    }
    if count * frames as f64 > MAX_CELLS {
        // A count beyond usize is shown as the largest there is.
        let rows = count as usize;
        return Err(LossError::TooLarge { name: "alignments", rows, columns: frames });
    }
    let needed = steps_to_the_end(&trellis);
    // Every path carries the state that it is in; only those that can still reach the end go on, so
    // there are never more of them than alignments.
    let mut paths = vec![(None, Vec::with_capacity(frames))];
    for frame in 0..frames {
        let left = frames - frame - 1;
        let mut longer = Vec::new();
        for (state, path) in paths {
            let mut nexts = trellis.after(state).filter(|&next| needed[next] <= left).peekable();
            let mut path: Option<Vec<usize>> = Some(path);
            while let Some(next) = nexts.next() {
                // The last one takes the path along, the others a copy.
                let grown = if nexts.peek().is_some() { path.clone() } else { path.take() };
                if let Some(mut grown) = grown {
                    grown.push(trellis.symbols[next]);
                    longer.push((Some(next), grown));
                }
            }
        }
        paths = longer;
    }
    let mut paths: Vec<Vec<usize>> = paths.into_iter().map(|(_, path)| path).collect();
    paths.sort_unstable();
    Ok(paths)
}

/// The number of frames that an alignment needs, at least, after it has been in a state.
fn steps_to_the_end(trellis: &Trellis) -> Vec<usize> {
    let states = trellis.symbols.len();
    let mut needed = vec![0; states];
    for state in (0..states.saturating_sub(2)).rev() {
        let over = if trellis.skips[state + 2] { needed[state + 2] } else { usize::MAX };
        needed[state] = over.min(needed[state + 1]) + 1;
    }
    needed
}

/// How many [`alignments`] a target has: `C(frames + n - r, 2 n)` for `n` labels, `r` of which equal
/// the one before. 0 if there are too few frames.
///
/// The nearest `f64` up to 2^128 (exact up to 2^53), then right to 12 digits, and infinite from
/// 1.8e308 on.
///
/// ```
/// # use lossbook::prelude::*;
/// // 5 of the 27 paths of three frames and three symbols.
/// assert_eq!(count_alignments(&[1, 2], 3), 5.0);
/// assert_eq!(count_alignments(&[1, 1], 3), 1.0);
/// // Why nobody lists them: 200 frames, 40 labels.
/// let labels: Vec<usize> = (1..=40).collect();
/// assert_eq!(format!("{:.0e}", count_alignments(&labels, 200)), "1e65");
/// ```
///
/// Source: `n` runs of labels, at least a frame each, and `n + 1` of blanks, `r` of them at least a
/// frame, fill the frames; W. Feller, "An introduction to probability theory and its applications"
/// (1950), section II.5, counts such fillings.
pub fn count_alignments(target: &[usize], frames: usize) -> f64 {
    match frames.checked_sub(frames_needed(target)) {
        Some(spare) => binomial(spare, 2 * target.len()),
        None => 0.0,
    }
}

/// `C(a + b, b)`.
fn binomial(a: usize, b: usize) -> f64 {
    let (small, large) = (a.min(b) as u128, a.max(b) as u128);
    let (mut exact, mut rounded) = (Some(1_u128), 1.0);
    for step in 1..=small {
        // So far it is a binomial coefficient itself, and so is this: no remainder.
        let product = exact.and_then(|exact| exact.checked_mul(large + step));
        exact = product.map(|product| product / step);
        rounded = match exact {
            Some(exact) => exact as f64,
            None => rounded * (large + step) as f64 / step as f64,
        };
        if rounded == f64::INFINITY {
            break;
        }
    }
    rounded
}
