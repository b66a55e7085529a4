//! Feature maps: how filters respond to an image, position by position.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, Array3, ArrayRef3};

use crate::error::LossError;
use crate::numeric::{Sum, check, matrix, weighted, zeros};

/// The Gram matrix of feature maps, `G_ij = sum_x F_i(x) F_j(x) / (channels height width)`: which
/// channels respond together, wherever that is. `[channels, height, width]` in, `[channels, channels]`
/// out, in the features' unit squared.
///
/// Symmetric, and positive semidefinite. It does not change when positions change places, and, being
/// divided by the number of features as Johnson et al. do, hardly when an image grows: two images
/// need not be of one size to be compared. (Gatys et al. leave it undivided.)
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// // Two channels of two pixels: they never respond at the same place.
/// let features = Array3::from_shape_vec((2, 1, 2), vec![2.0, 0.0, 0.0, 4.0]).unwrap();
/// assert_eq!(gram_matrix(&features)?, array![[1.0, 0.0], [0.0, 4.0]]);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::Empty`]; [`LossError::NotFinite`], of a feature or of a product too large for an
/// `f64`; [`LossError::TooLarge`].
///
/// Source: L. A. Gatys, A. S. Ecker, M. Bethge, "Texture synthesis using convolutional neural
/// networks" (2015), equation 2; J. Johnson, A. Alahi, L. Fei-Fei, "Perceptual losses for real-time
/// style transfer and super-resolution" (2016), equation 3.
#[doc(alias = "gram")]
pub fn gram_matrix(features: &ArrayRef3<f64>) -> Result<Array2<f64>, LossError> {
    check::all_finite("features", &features.view())?;
    gram(&flattened(features)?)
}

/// Feature maps as a matrix, `[channels, positions]`.
pub(super) fn flattened(maps: &ArrayRef3<f64>) -> Result<Array2<f64>, LossError> {
    let (channels, height, width) = maps.dim();
    matrix("features", channels, height * width, maps.iter().copied().collect())
}

/// Feature maps of this shape, their numbers in the usual order.
pub(super) fn maps(
    shape: (usize, usize, usize),
    numbers: Vec<f64>,
) -> Result<Array3<f64>, LossError> {
    let (channels, height, width) = shape;
    let too_large =
        |_| LossError::TooLarge { name: "features", rows: channels, columns: height * width };
    Array3::from_shape_vec(shape, numbers).map_err(too_large)
}

/// `F F^T / (channels positions)`
pub(super) fn gram(features: &Array2<f64>) -> Result<Array2<f64>, LossError> {
    let channels = features.nrows();
    let mut gram = matrix("gram", channels, channels, zeros("gram", channels, channels)?)?;
    general_mat_mul(1.0, features, &features.t(), 0.0, &mut gram);
    gram /= features.len() as f64;
    check::all_finite("gram", &gram.view())?;
    Ok(gram)
}

/// A loss of one pair of feature maps, or of several pairs, a layer each: [`ContentLoss`],
/// [`StyleLoss`].
///
/// To add a loss, write [`value_and_gradient`](Self::value_and_gradient).
///
/// # Arguments, shapes, errors
///
/// Target first, then the prediction: arrays or views `[channels, height, width]`, of one shape (for
/// [`StyleLoss`] height and width may differ). All methods refuse an empty argument
/// ([`LossError::Empty`]), different shapes ([`LossError::ShapeMismatch`],
/// [`LossError::LengthMismatch`]) and a NaN or an infinity ([`LossError::NotFinite`]).
///
/// [`ContentLoss`]: super::ContentLoss
/// [`StyleLoss`]: super::StyleLoss
pub trait FeatureLoss {
    /// The loss of one pair, and its gradient with respect to the prediction, in its shape.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, white) = (Array3::zeros((1, 1, 2)), Array3::ones((1, 1, 2)));
    /// assert_eq!(StyleLoss.value_and_gradient(&black, &white)?, (1.0, 2.0 * white));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](FeatureLoss).
    fn value_and_gradient(
        &self,
        target: &ArrayRef3<f64>,
        prediction: &ArrayRef3<f64>,
    ) -> Result<(f64, Array3<f64>), LossError>;

    /// The loss of one pair.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, white) = (Array3::zeros((1, 2, 2)), Array3::ones((1, 2, 2)));
    /// assert_eq!(ContentLoss.value(&black, &white)?, 1.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](FeatureLoss).
    fn value(
        &self,
        target: &ArrayRef3<f64>,
        prediction: &ArrayRef3<f64>,
    ) -> Result<f64, LossError> {
        Ok(self.value_and_gradient(target, prediction)?.0)
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
    fn gradient(
        &self,
        target: &ArrayRef3<f64>,
        prediction: &ArrayRef3<f64>,
    ) -> Result<Array3<f64>, LossError> {
        Ok(self.value_and_gradient(target, prediction)?.1)
    }

    /// The loss over several layers, `sum_l weight_l loss_l`, one pair of feature maps each; and its
    /// gradient with respect to each of the predictions.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, white) = (Array3::zeros((1, 2, 2)), Array3::ones((1, 2, 2)));
    /// let (targets, predictions) = ([black.clone(), black], [white.clone(), 2.0 * &white]);
    /// let (loss, gradients) = ContentLoss.weighted_layers(&[1.0, 0.5], &targets, &predictions)?;
    /// assert_eq!(loss, 1.0 + 0.5 * 4.0);
    /// assert_eq!(gradients, [0.5 * &white, 0.5 * white]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [the trait](FeatureLoss), telling which layer ([`LossError::InPart`]);
    /// [`LossError::BadParameter`] unless every weight is 0 or more, and finite.
    fn weighted_layers(
        &self,
        weights: &[f64],
        targets: &[Array3<f64>],
        predictions: &[Array3<f64>],
    ) -> Result<(f64, Vec<Array3<f64>>), LossError> {
        check::same_length("weights", weights.len(), "targets", targets.len())?;
        check::same_length("weights", weights.len(), "predictions", predictions.len())?;
        let (mut losses, mut gradients) = (Sum::ZERO, Vec::new());
        let layers = weights.iter().zip(targets).zip(predictions);
        for (at, ((&weight, target), prediction)) in layers.enumerate() {
            check::at_least_zero("weights", weight, "each >= 0 and finite")?;
            let (loss, mut gradient) = self
                .value_and_gradient(target, prediction)
                .map_err(|fault| LossError::InPart { part: "layer", at, fault: Box::new(fault) })?;
            losses.add(weighted(weight, loss));
            gradient.mapv_inplace(|derivative| weighted(weight, derivative));
            gradients.push(gradient);
        }
        Ok((losses.total(), gradients))
    }
}
