//! An image, and the same at half and at twice its size.

use ndarray::ArrayView2;

use super::zeros;
use crate::error::LossError;

/// An image whose rows lie one after the other.
pub(super) struct Picture {
    pub(super) values: Vec<f64>,
    pub(super) height: usize,
    pub(super) width: usize,
}

impl Picture {
    pub(super) fn zeros(height: usize, width: usize) -> Result<Self, LossError> {
        Ok(Self { values: zeros("image", height, width)?, height, width })
    }

    pub(super) fn new(name: &'static str, image: ArrayView2<'_, f64>) -> Result<Self, LossError> {
        let (height, width) = image.dim();
        let mut values = zeros(name, height, width)?;
        for (to, from) in values.iter_mut().zip(image) {
            *to = *from;
        }
        Ok(Self { values, height, width })
    }

    pub(super) fn row(&self, y: usize) -> &[f64] {
        &self.values[y * self.width..(y + 1) * self.width]
    }

    pub(super) fn row_mut(&mut self, y: usize) -> &mut [f64] {
        &mut self.values[y * self.width..(y + 1) * self.width]
    }

    /// Half the size: each pixel the mean of four.
    pub(super) fn halved(&self) -> Self {
        let (height, width) = (self.height / 2, self.width / 2);
        let mut values = Vec::new();
        for y in 0..height {
            let (upper, lower) = (self.row(2 * y), self.row(2 * y + 1));
            for (upper, lower) in upper.chunks_exact(2).zip(lower.chunks_exact(2)) {
                // In quarters, as the sum of four could overflow.
                let [a, b, c, d] =
                    [upper[0], upper[1], lower[0], lower[1]].map(|pixel| 0.25 * pixel);
                values.push((a + b) + (c + d));
            }
        }
        Self { values, height, width }
    }

    /// Twice the size, every pixel a quarter of the one that it is halved to; 0 where there is none.
    pub(super) fn doubled(&self, height: usize, width: usize) -> Result<Self, LossError> {
        let mut image = Self::zeros(height, width)?;
        for y in 0..2 * self.height {
            for (pixels, coarse) in image.row_mut(y).chunks_exact_mut(2).zip(self.row(y / 2)) {
                pixels.fill(0.25 * coarse);
            }
        }
        Ok(image)
    }
}
