//! Arguments: whatever views as an array of `f64`.

use ndarray::{ArrayBase, ArrayView1, ArrayView2, Data, Ix1, Ix2};

/// `n` numbers: a slice, an array `[f64; n]`, a `Vec<f64>`, an ndarray or a view of one, or a reference to
/// any of them.
///
/// ```
/// # use lossbook::prelude::*;
/// let (slice, vector, array) = ([1.0, 2.0], vec![1.0, 2.0], array![1.0, 2.0]);
/// assert_eq!(mse(&slice, &vector)?, 0.0);
/// assert_eq!(mse(array.view(), &array)?, 0.0);
/// # Ok::<(), LossError>(())
/// ```
pub trait Vector {
    /// The numbers, where they are.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!(vec![1.0, 2.0].as_vector(), array![1.0, 2.0]);
    /// ```
    fn as_vector(&self) -> ArrayView1<'_, f64>;
}

/// A table of numbers, `[rows, columns]`: an ndarray or a view of one, an array of arrays, or a
/// reference to any of them.
///
/// ```
/// # use lossbook::prelude::*;
/// let (rows, table) = ([[1.0, 2.0], [3.0, 4.0]], array![[1.0, 2.0], [3.0, 4.0]]);
/// assert_eq!(softmax(&rows)?, softmax(&table)?);
/// # Ok::<(), LossError>(())
/// ```
pub trait Matrix {
    /// The numbers, where they are.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// assert_eq!([[1.0, 2.0]].as_matrix(), array![[1.0, 2.0]]);
    /// ```
    fn as_matrix(&self) -> ArrayView2<'_, f64>;
}

impl<V: Vector + ?Sized> Vector for &V {
    fn as_vector(&self) -> ArrayView1<'_, f64> {
        (**self).as_vector()
    }
}

impl<M: Matrix + ?Sized> Matrix for &M {
    fn as_matrix(&self) -> ArrayView2<'_, f64> {
        (**self).as_matrix()
    }
}

impl Vector for [f64] {
    fn as_vector(&self) -> ArrayView1<'_, f64> {
        self.into()
    }
}

impl<const N: usize> Vector for [f64; N] {
    fn as_vector(&self) -> ArrayView1<'_, f64> {
        self.into()
    }
}

impl Vector for Vec<f64> {
    fn as_vector(&self) -> ArrayView1<'_, f64> {
        self.into()
    }
}

impl<S: Data<Elem = f64>> Vector for ArrayBase<S, Ix1> {
    fn as_vector(&self) -> ArrayView1<'_, f64> {
        self.view()
    }
}

impl<const COLUMNS: usize> Matrix for [[f64; COLUMNS]] {
    fn as_matrix(&self) -> ArrayView2<'_, f64> {
        self.into()
    }
}

impl<const ROWS: usize, const COLUMNS: usize> Matrix for [[f64; COLUMNS]; ROWS] {
    fn as_matrix(&self) -> ArrayView2<'_, f64> {
        self.into()
    }
}

impl<const COLUMNS: usize> Matrix for Vec<[f64; COLUMNS]> {
    fn as_matrix(&self) -> ArrayView2<'_, f64> {
        self.as_slice().into()
    }
}

impl<S: Data<Elem = f64>> Matrix for ArrayBase<S, Ix2> {
    fn as_matrix(&self) -> ArrayView2<'_, f64> {
        self.view()
    }
}
