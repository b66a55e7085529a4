//! Where the filters respond.

use ndarray::{Array3, ArrayRef3};

use super::features::FeatureLoss;
use crate::error::LossError;
use crate::numeric::{Sum, check};

/// Content (feature reconstruction) loss: the mean squared difference of feature maps.
///
/// ```text
/// 1 / (channels height width)  sum (F - F_hat)^2
/// ```
///
/// The mean, as Johnson et al. have it; Gatys et al. take half the sum, which is this times half the
/// number of features. Gradient: `2 (F_hat - F) / (channels height width)`. Unit: the features', squared.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let (black, bright) = (Array3::zeros((3, 4, 4)), Array3::from_elem((3, 4, 4), 3.0));
/// assert_eq!(ContentLoss.value(&black, &bright)?, 9.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: J. Johnson, A. Alahi, L. Fei-Fei, "Perceptual losses for real-time style transfer and
/// super-resolution" (2016), equation 2; L. A. Gatys, A. S. Ecker, M. Bethge, "Image style transfer
/// using convolutional neural networks" (2016), equation 1; "Losses, part 2" (lecture, CMU 11-785).
#[doc(alias = "feature_reconstruction_loss")]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ContentLoss;

impl FeatureLoss for ContentLoss {
    fn value_and_gradient(
        &self,
        target: &ArrayRef3<f64>,
        prediction: &ArrayRef3<f64>,
    ) -> Result<(f64, Array3<f64>), LossError> {
        check::all_finite("target", &target.view())?;
        check::all_finite("prediction", &prediction.view())?;
        check::same_shape("target", target.shape(), "prediction", prediction.shape())?;
        let off = prediction - target;
        let loss = off.iter().map(|off| off * off).collect::<Sum>().mean();
        Ok((loss, off * (2.0 / target.len() as f64)))
    }
}
