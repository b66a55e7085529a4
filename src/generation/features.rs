//! Feature maps: what filters answer to an image, position by position.

use ndarray::{Array2, Array3, ArrayView3};

use super::{all_finite, same_shape, weighted, zeros};
use crate::error::{LossError, check};
use crate::sum::Sum;

/// The Gram matrix of feature maps, `G_ij = sum_x F_i(x) F_j(x) / (channels height width)`: which
/// channels answer together, wherever that is. `[channels, height, width]` in, `[channels, channels]`
/// out, in the features' unit squared.
///
/// Symmetric, and positive semidefinite. It does not change when positions change places, and, being
/// divided by the number of features as Johnson et al. do, hardly when an image grows: two images
/// need not be of one size to be compared. (Gatys et al. leave it undivided.)
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// // Two channels of two pixels: they never answer at the same place.
/// let features = Array3::from_shape_vec((2, 1, 2), vec![2.0, 0.0, 0.0, 4.0]).unwrap();
/// assert_eq!(gram_matrix(&features)?, array![[1.0, 0.0], [0.0, 4.0]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::NotFinite`]; [`LossError::TooLarge`].
///
/// Source: L. A. Gatys, A. S. Ecker, M. Bethge, "Texture synthesis using convolutional neural
/// networks" (2015), equation 2; J. Johnson, A. Alahi, L. Fei-Fei, "Perceptual losses for real-time
/// style transfer and super-resolution" (2016), equation 3.
pub fn gram_matrix<'f>(features: impl Into<ArrayView3<'f, f64>>) -> Result<Array2<f64>, LossError> {
    let features = features.into();
    all_finite("features", &features)?;
    let unit = unit(&[&features]);
    let maps = Maps::new(&features, unit)?;
    let gram = maps.gram()?.into_iter().map(|value| value * unit * unit).collect();
    let channels = maps.channels;
    let too_large = |_| LossError::TooLarge { name: "gram", rows: channels, columns: channels };
    Array2::from_shape_vec((channels, channels), gram).map_err(too_large)
}

/// A loss of one pair of feature maps, or of several pairs, a layer each: [`ContentLoss`],
/// [`StyleLoss`].
///
/// # Arguments, shapes, errors
///
/// Target first, then the prediction: `[channels, height, width]` each, of one shape (for
/// [`StyleLoss`] height and width may differ). All methods refuse an empty argument
/// ([`LossError::Empty`]), different shapes ([`LossError::ShapeMismatch`],
/// [`LossError::LengthMismatch`]) and a NaN or an infinity ([`LossError::NotFinite`]).
///
/// The trait is sealed: it cannot be implemented outside of this crate.
///
/// [`ContentLoss`]: super::ContentLoss
/// [`StyleLoss`]: super::StyleLoss
pub trait FeatureLoss: Layer {
    /// The loss of one pair.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, white) = (Array3::zeros((1, 2, 2)), Array3::ones((1, 2, 2)));
    /// assert_eq!(ContentLoss.loss(&black, &white)?, 1.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](FeatureLoss).
    fn loss<'t, 'p>(
        &self,
        target: impl Into<ArrayView3<'t, f64>>,
        prediction: impl Into<ArrayView3<'p, f64>>,
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        Ok(run(self, target.into(), prediction.into(), false)?.0)
    }

    /// The gradient of the loss with respect to the prediction, in its shape.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, white) = (Array3::zeros((1, 2, 2)), Array3::ones((1, 2, 2)));
    /// assert_eq!(ContentLoss.gradient(&black, &white)?, 0.5 * white);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](FeatureLoss).
    fn gradient<'t, 'p>(
        &self,
        target: impl Into<ArrayView3<'t, f64>>,
        prediction: impl Into<ArrayView3<'p, f64>>,
    ) -> Result<Array3<f64>, LossError>
    where
        Self: Sized,
    {
        Ok(self.loss_and_gradient(target, prediction)?.1)
    }

    /// [`loss`](Self::loss) and [`gradient`](Self::gradient), with what they share computed once.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, white) = (Array3::zeros((1, 1, 2)), Array3::ones((1, 1, 2)));
    /// let (loss, gradient) = StyleLoss.loss_and_gradient(&black, &white)?;
    /// assert_eq!((loss, gradient), (1.0, 2.0 * white));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](FeatureLoss).
    fn loss_and_gradient<'t, 'p>(
        &self,
        target: impl Into<ArrayView3<'t, f64>>,
        prediction: impl Into<ArrayView3<'p, f64>>,
    ) -> Result<(f64, Array3<f64>), LossError>
    where
        Self: Sized,
    {
        run(self, target.into(), prediction.into(), true)
    }

    /// The loss over several layers, `sum_l weight_l loss_l`: one pair of feature maps each.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, white) = (Array3::zeros((1, 2, 2)), Array3::ones((1, 2, 2)));
    /// let layers = ([black.clone(), black], [white.clone(), 2.0 * white]);
    /// assert_eq!(ContentLoss.weighted(&[1.0, 0.5], &layers.0, &layers.1)?, 3.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [the trait](FeatureLoss), telling which layer ([`LossError::InPart`]);
    /// [`LossError::BadParameter`] unless every weight is 0 or more, and finite.
    fn weighted(
        &self,
        weights: &[f64],
        targets: &[Array3<f64>],
        predictions: &[Array3<f64>],
    ) -> Result<f64, LossError>
    where
        Self: Sized,
    {
        Ok(run_layers(self, weights, targets, predictions, false)?.0)
    }

    /// [`weighted`](Self::weighted), and its gradient with respect to each of the predictions.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, white) = (Array3::zeros((1, 2, 2)), Array3::ones((1, 2, 2)));
    /// let (loss, gradients) =
    ///     ContentLoss.weighted_and_gradients(&[4.0], &[black], &[white.clone()])?;
    /// assert_eq!((loss, &gradients[0]), (4.0, &(2.0 * white)));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`weighted`](Self::weighted).
    fn weighted_and_gradients(
        &self,
        weights: &[f64],
        targets: &[Array3<f64>],
        predictions: &[Array3<f64>],
    ) -> Result<(f64, Vec<Array3<f64>>), LossError>
    where
        Self: Sized,
    {
        run_layers(self, weights, targets, predictions, true)
    }
}

/// What a loss of feature maps has to say of one pair, all of it finite and of fitting shape.
pub trait Layer {
    /// Whether the two may differ in height and width.
    #[doc(hidden)]
    const ANY_SIZE: bool;

    /// The loss, and if asked for (else it may hold nothing) its gradient.
    #[doc(hidden)]
    fn run(
        &self,
        target: &ArrayView3<'_, f64>,
        prediction: &ArrayView3<'_, f64>,
        with_gradient: bool,
    ) -> Result<(f64, Array3<f64>), LossError>;
}

fn run(
    loss: &impl Layer,
    target: ArrayView3<'_, f64>,
    prediction: ArrayView3<'_, f64>,
    with_gradient: bool,
) -> Result<(f64, Array3<f64>), LossError> {
    check_pair(loss, &target, &prediction)?;
    loss.run(&target, &prediction, with_gradient)
}

fn check_pair<L: Layer>(
    _: &L,
    target: &ArrayView3<'_, f64>,
    prediction: &ArrayView3<'_, f64>,
) -> Result<(), LossError> {
    all_finite("target", target)?;
    all_finite("prediction", prediction)?;
    if L::ANY_SIZE {
        let channels = (target.dim().0, prediction.dim().0);
        check::same_length(
            "a position of target",
            channels.0,
            "a position of prediction",
            channels.1,
        )
    } else {
        same_shape("target", target, "prediction", prediction)
    }
}

fn run_layers(
    loss: &impl Layer,
    weights: &[f64],
    targets: &[Array3<f64>],
    predictions: &[Array3<f64>],
    with_gradient: bool,
) -> Result<(f64, Vec<Array3<f64>>), LossError> {
    check::same_length("weights", weights.len(), "targets", targets.len())?;
    check::same_length("weights", weights.len(), "predictions", predictions.len())?;
    let (mut losses, mut gradients) = (Sum::ZERO, Vec::new());
    let layers = weights.iter().zip(targets).zip(predictions);
    for (at, ((&weight, target), prediction)) in layers.enumerate() {
        check::at_least_zero("weights", weight, "each >= 0 and finite")?;
        let (loss, mut gradient) = run(loss, target.view(), prediction.view(), with_gradient)
            .map_err(|fault| LossError::InPart { part: "layer", at, fault: Box::new(fault) })?;
        losses.add(weighted(weight, loss));
        gradient.mapv_inplace(|slope| weighted(weight, slope));
        gradients.push(gradient);
    }
    Ok((losses.total(), gradients))
}

/// A power of two to measure the features in: 1, unless fourth powers of them would overflow.
pub(super) fn unit(views: &[&ArrayView3<'_, f64>]) -> f64 {
    const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
    let values = views.iter().flat_map(|view| view.iter());
    let largest = values.fold(0.0_f64, |largest, value| largest.max(value.abs()));
    if largest > 1e70 { f64::from_bits(largest.to_bits() & EXPONENT) } else { 1.0 }
}

/// Feature maps as a matrix, a channel each row.
pub(super) struct Maps {
    pub(super) values: Vec<f64>,
    pub(super) channels: usize,
    pub(super) positions: usize,
}

/// So many positions of a row at a time: those of all rows stay in the processor's cache, and a sum
/// of partial sums rounds less than one long one.
const BLOCK: usize = 512;

impl Maps {
    pub(super) fn new(features: &ArrayView3<'_, f64>, unit: f64) -> Result<Self, LossError> {
        let (channels, height, width) = features.dim();
        let mut values = zeros("features", channels, height * width)?;
        for (to, from) in values.iter_mut().zip(features) {
            *to = from / unit;
        }
        Ok(Self { values, channels, positions: height * width })
    }

    fn row(&self, channel: usize, start: usize) -> &[f64] {
        let end = self.positions.min(start + BLOCK);
        &self.values[channel * self.positions + start..channel * self.positions + end]
    }

    /// The Gram matrix, row after row.
    pub(super) fn gram(&self) -> Result<Vec<f64>, LossError> {
        let channels = self.channels;
        let mut gram = zeros("gram", channels, channels)?;
        for start in (0..self.positions).step_by(BLOCK) {
            for i in 0..channels {
                for j in 0..=i {
                    gram[i * channels + j] += dot(self.row(i, start), self.row(j, start));
                }
            }
        }
        let size = self.values.len() as f64;
        for i in 0..channels {
            for j in 0..=i {
                gram[i * channels + j] /= size;
                gram[j * channels + i] = gram[i * channels + j];
            }
        }
        Ok(gram)
    }

    /// `matrix` (square, row after row) times these maps.
    pub(super) fn mixed(&self, matrix: &[f64]) -> Result<Vec<f64>, LossError> {
        let mut mixed = zeros("features", self.channels, self.positions)?;
        for start in (0..self.positions).step_by(BLOCK) {
            for (i, row) in matrix.chunks_exact(self.channels).enumerate() {
                let end = self.positions.min(start + BLOCK);
                let to = &mut mixed[i * self.positions + start..i * self.positions + end];
                for (j, &factor) in row.iter().enumerate() {
                    for (to, from) in to.iter_mut().zip(self.row(j, start)) {
                        *to += factor * from;
                    }
                }
            }
        }
        Ok(mixed)
    }
}

/// In eight lanes, which a processor adds at once; the same on every machine.
fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (mut lefts, mut rights) = (left.chunks_exact(8), right.chunks_exact(8));
    for (left, right) in lefts.by_ref().zip(rights.by_ref()) {
        for lane in 0..8 {
            lanes[lane] += left[lane] * right[lane];
        }
    }
    let rest = lefts.remainder().iter().zip(rights.remainder());
    let rest: f64 = rest.map(|(left, right)| left * right).sum();
    lanes.iter().sum::<f64>() + rest
}
