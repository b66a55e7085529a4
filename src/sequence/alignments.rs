//! From paths, a symbol for every frame, to sequences of labels; and the way back, which is many.

use std::mem;

use super::trellis::Trellis;
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
#[doc(alias = "unique_consecutive")]
#[doc(alias = "dedup")]
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
    let trellis = Trellis::new(target, blank, frames)?;
    let count = count_alignments(target, frames);
    if count == 0.0 {
        return Ok(Vec::new());
    }
    if count * frames as f64 > MAX_CELLS {
        // A count beyond usize is shown as the largest there is.
        let rows = count as usize;
        return Err(LossError::TooLarge { name: "alignments", rows, columns: frames });
    }
    // How many frames an alignment needs, at least, after it has been in a state.
    let mut needed = vec![0; trellis.symbols.len()];
    for state in (2..needed.len()).rev() {
        needed[state - 2] = 1 + needed[if trellis.skips[state] { state } else { state - 1 }];
    }
    // Every path carries the state that it is in; only those that can still reach the end go on, so
    // there are never more of them than alignments.
    let mut paths = vec![(None, Vec::new())];
    for left in (0..frames).rev() {
        let mut longer = Vec::with_capacity(paths.len());
        for (state, mut path) in paths {
            let mut nexts = trellis.after(state).filter(|&next| needed[next] <= left).peekable();
            while let Some(next) = nexts.next() {
                // The last one takes the path along, the others a copy.
                let last = nexts.peek().is_none();
                let mut grown = if last { mem::take(&mut path) } else { path.clone() };
                grown.push(trellis.symbols[next]);
                longer.push((Some(next), grown));
            }
        }
        paths = longer;
    }
    let mut paths: Vec<Vec<usize>> = paths.into_iter().map(|(_, path)| path).collect();
    paths.sort_unstable();
    Ok(paths)
}

/// How many [`alignments`] a target has: `C(frames + n - r, 2 n)` for `n` labels, `r` of which equal
/// the one before. 0 if there are too few frames.
///
/// Exact as long as the count times `frames + n` stays below 2^53, then right to 12 digits, and
/// infinite once that product passes 1.8e308.
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
    // A frame for each label, and one for the blank between two equal ones.
    let repeats = target.windows(2).filter(|pair| pair[0] == pair[1]).count();
    let Some(spare) = frames.checked_sub(target.len() + repeats) else { return 0.0 };
    // C(spare + 2 n, 2 n), by way of smaller binomial coefficients, which are whole, too.
    let (small, large) = (spare.min(2 * target.len()), spare.max(2 * target.len()) as f64);
    (1..=small).map(|step| step as f64).fold(1.0, |count, step| count * (large + step) / step)
}
