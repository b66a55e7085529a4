//! Content and style of images together.

use ndarray::{Array2, Array3, ArrayView2};

use super::content_loss::ContentLoss;
use super::features::FeatureLoss;
use super::filter_bank::FilterBank;
use super::style_loss::StyleLoss;
use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::{check, weighted};

/// Perceptual loss: how far an image is in content from one image, and in style from another, seen
/// through a [`FilterBank`].
///
/// ```text
/// content_weight ContentLoss(features of the content, features of the image)
///   + style_weight StyleLoss(features of the style, features of the image)
/// ```
///
/// Each of the two is the mean over the bank's scales. The two targets are part of the loss: their
/// features are computed once, when it is made, and every step towards them needs only those of the
/// image that changes. That image, the prediction, has the size of the content; the style may have
/// another. With a content weight of 0 the descent makes a texture.
///
/// Images are `[height, width]`, grey, in any unit, 0 to 1 as a rule; style differences are then tiny
/// numbers, and want a large weight. Every method refuses an image that is empty
/// ([`LossError::Empty`]), of another size ([`LossError::ShapeMismatch`]) or not finite
/// ([`LossError::NotFinite`], also for features or a gradient too large for an `f64`).
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let upright = Array2::from_shape_fn((12, 12), |(_, x)| (x / 2 % 2) as f64);
/// let level = upright.t().to_owned();
/// let loss = PerceptualLoss::new(FilterBank::oriented(), &level, &upright)?.with_weights(0.0, 1.0)?;
/// // Stripes moved sideways are the same in style; turned, they are not.
/// let moved = Array2::from_shape_fn((12, 12), |(_, x)| ((x + 2) / 2 % 2) as f64);
/// assert!(loss.value(&moved)? < 1e-6);
/// assert!(loss.value(&level)? > 1e-4);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: L. A. Gatys, A. S. Ecker, M. Bethge, "Image style transfer using convolutional neural
/// networks" (2016), equation 7; J. Johnson, A. Alahi, L. Fei-Fei, "Perceptual losses for real-time
/// style transfer and super-resolution" (2016); "Losses, part 2" (lecture, CMU 11-785).
#[doc(alias("VGGLoss", "LPIPS"))]
#[derive(Debug, Clone, PartialEq)]
pub struct PerceptualLoss {
    bank: FilterBank,
    size: (usize, usize),
    content: Vec<Array3<f64>>,
    style: Vec<Array3<f64>>,
    content_weight: f64,
    style_weight: f64,
}

/// The two parts of a [`PerceptualLoss`], not yet weighted.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let image = Array2::from_shape_fn((8, 8), |(y, x)| ((x * y) % 3) as f64);
/// let parts = PerceptualLoss::new(FilterBank::oriented(), &image, &image)?.parts(&image)?;
/// assert_eq!(parts, PerceptualParts { content: 0.0, style: 0.0 });
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PerceptualParts {
    /// The [`ContentLoss`], the mean over the scales.
    pub content: f64,
    /// The [`StyleLoss`], the mean over the scales.
    pub style: f64,
}

impl PerceptualLoss {
    /// With the image to be like in content, and the one to be like in style: `[height, width]` each.
    /// Both weights are 1.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (content, style) = (Array2::zeros((8, 8)), Array2::ones((16, 6)));
    /// assert!(PerceptualLoss::new(FilterBank::oriented(), &content, &style).is_ok());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`FilterBank::features`].
    pub fn new(
        bank: FilterBank,
        content: impl Matrix,
        style: impl Matrix,
    ) -> Result<Self, LossError> {
        let content = content.as_matrix();
        Ok(Self {
            size: content.dim(),
            content: bank.respond("content", content)?,
            style: bank.respond("style", style.as_matrix())?,
            bank,
            content_weight: 1.0,
            style_weight: 1.0,
        })
    }

    /// Multiplies the two parts.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, white) = (Array2::zeros((5, 5)), Array2::ones((5, 5)));
    /// let loss = PerceptualLoss::new(FilterBank::oriented(), &black, &white)?;
    /// // Of 17 features, one sees that white is bright.
    /// assert_eq!(loss.with_weights(34.0, 1e3)?.value(&white)?, 2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless both are 0 or more, and finite.
    pub fn with_weights(self, content_weight: f64, style_weight: f64) -> Result<Self, LossError> {
        check::at_least_zero("content_weight", content_weight, "content_weight >= 0 and finite")?;
        check::at_least_zero("style_weight", style_weight, "style_weight >= 0 and finite")?;
        Ok(Self { content_weight, style_weight, ..self })
    }

    /// The loss of an image, `[height, width]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let white = Array2::ones((5, 5));
    /// let loss = PerceptualLoss::new(FilterBank::oriented(), &white, &white)?;
    /// assert_eq!(loss.value(&white)?, 0.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](PerceptualLoss).
    pub fn value(&self, prediction: impl Matrix) -> Result<f64, LossError> {
        Ok(self.total(self.parts(prediction)?))
    }

    /// Content and style apart, before they are weighted.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, white) = (Array2::zeros((5, 5)), Array2::ones((5, 5)));
    /// let loss = PerceptualLoss::new(FilterBank::oriented(), &black, &white)?;
    /// assert_eq!(loss.parts(&black)?.content, 0.0);
    /// assert_eq!(loss.parts(&white)?.style, 0.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](PerceptualLoss).
    pub fn parts(&self, prediction: impl Matrix) -> Result<PerceptualParts, LossError> {
        let features = self.features(prediction.as_matrix())?;
        let (content, _) = mean_over_scales(&ContentLoss, &self.content, &features)?;
        let (style, _) = mean_over_scales(&StyleLoss, &self.style, &features)?;
        Ok(PerceptualParts { content, style })
    }

    /// The gradient of the loss with respect to the image, in its shape.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, white) = (Array2::zeros((5, 5)), Array2::ones((5, 5)));
    /// let loss = PerceptualLoss::new(FilterBank::oriented(), &black, &black)?;
    /// // Down, and most in the middle, where the filters look.
    /// let gradient = loss.gradient(&white)?;
    /// assert!(gradient.iter().all(|&slope| slope > 0.0 && slope <= gradient[[2, 2]]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](PerceptualLoss).
    pub fn gradient(&self, prediction: impl Matrix) -> Result<Array2<f64>, LossError> {
        Ok(self.value_and_gradient(prediction)?.1)
    }

    /// [`value`](Self::value) and [`gradient`](Self::gradient), with the features computed once.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, mut image) = (Array2::zeros((9, 9)), Array2::ones((9, 9)));
    /// let loss = PerceptualLoss::new(FilterBank::oriented(), &black, &black)?;
    /// let (before, gradient) = loss.value_and_gradient(&image)?;
    /// image = image - 100.0 * gradient;
    /// assert!(loss.value(&image)? < before);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](PerceptualLoss).
    pub fn value_and_gradient(
        &self,
        prediction: impl Matrix,
    ) -> Result<(f64, Array2<f64>), LossError> {
        let features = self.features(prediction.as_matrix())?;
        let (content, mut gradients) = mean_over_scales(&ContentLoss, &self.content, &features)?;
        let (style, of_style) = mean_over_scales(&StyleLoss, &self.style, &features)?;
        for (gradient, of_style) in gradients.iter_mut().zip(&of_style) {
            gradient.zip_mut_with(of_style, |of_content, &of_style| {
                *of_content = self.total(PerceptualParts { content: *of_content, style: of_style });
            });
        }
        let value = self.total(PerceptualParts { content, style });
        Ok((value, self.bank.backpropagate(&features, &gradients)?))
    }

    fn features(&self, prediction: ArrayView2<f64>) -> Result<Vec<Array3<f64>>, LossError> {
        check::not_empty("prediction", prediction.len())?;
        let size = [self.size.0, self.size.1];
        check::same_shape("content", &size, "prediction", prediction.shape())?;
        self.bank.respond("prediction", prediction)
    }

    fn total(&self, parts: PerceptualParts) -> f64 {
        weighted(self.content_weight, parts.content) + weighted(self.style_weight, parts.style)
    }
}

/// The mean of a loss over the scales, and its gradient.
fn mean_over_scales(
    loss: &dyn FeatureLoss,
    targets: &[Array3<f64>],
    features: &[Array3<f64>],
) -> Result<(f64, Vec<Array3<f64>>), LossError> {
    let weights = vec![1.0 / features.len() as f64; features.len()];
    loss.weighted_layers(&weights, targets, features)
}
