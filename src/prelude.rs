//! Everything that a chapter uses: `use lossbook::prelude::*;`.

pub use ndarray::{Array1, Array2, Array3, array};

pub use crate::classification::{
    BinaryCrossEntropy, BinaryFocal, BinaryLoss, BinaryWords, ClassLoss, ClassWords, CrossEntropy,
    GaussianPosterior, Hinge, MultiHinge, SoftmaxFocal, accuracy, confusion_matrix, decide,
    error_rate, labels_of, log_softmax, log_sum_exp, one_hot, softmax,
};
pub use crate::data;
pub use crate::embedding::{
    AngularGradient, AngularLoss, AngularWords, ArcFace, BatchAll, BatchHard, CenterJoint,
    CenterLoss, CenterUpdate, Contrastive, CosFace, CosineEmbedding, JointGradient, MinedLoss,
    MinedWords, PairGradient, PairLoss, PairWords, SemiHard, Triplet, TripletGradient, TripletKind,
    cosine_distances, squared_distances,
};
pub use crate::error::LossError;
pub use crate::generation::{
    ContentLoss, ElboGradient, ElboParts, FeatureLoss, FilterBank, GaussianGradient, GaussianKl,
    Gaussians, KlGradient, LatentSample, NegativeElbo, PerceptualLoss, PerceptualParts, StandardKl,
    StyleLoss, gaussian_kl, gram_matrix,
};
pub use crate::information::{
    Information, binary_entropy, conditional_entropy, contingency_table, cross_entropy, entropy,
    entropy_of_counts, gain_ratio, gini, gini_decrease, information_gain, joint_distribution,
    joint_entropy, js_divergence, kl_divergence, mutual_information, self_information,
};
pub use crate::loss::{ClassTarget, Input, Matrix, RowTarget, Vector, Weighted, kept};
pub use crate::network::{
    Activation, Adam, Criterion, Initialisation, Layer, Network, Optimiser, Perceptron,
    PerceptronFit, Sgd, Training, printed_sigmoid, xor_by_two_lines,
};
pub use crate::objective::{
    KMeans, KMeansFit, LinearGradient, LinearModel, LinearObjective, LinearSvm, LinearWords,
    LogisticRegression, Ols, Pca, PrincipalAxes, Ridge, SvmFit,
};
pub use crate::point_cloud::{
    BothWays, Chamfer, EarthMover, Nearest, PointCost, Sinkhorn, Transport,
};
pub use crate::preference::{
    BradleyTerry, ClippedSurrogate, Dpo, KlPenalty, LogProbs, PreferenceGradient, PreferenceLoss,
    PreferenceWords, ReferenceFreeDpo,
};
pub use crate::regression::{
    AbsoluteError, Huber, LogCosh, Quantile, RegressionLoss, RegressionWords, SmoothL1,
    SquaredError, mae, mse, residuals, rmse,
};

pub use crate::segmentation::{
    Dice, Mask, Overlap, PixelDerivatives, SegmentationLoss, SegmentationWords, SoftIou, Tversky,
    box_iou, classes_present, dice_coefficient, iou,
};
pub use crate::sequence::{
    Ctc, Decoded, alignments, beam_search, best_path, collapse, count_alignments, greedy_decode,
    merge_repeats,
};

#[cfg(feature = "notebook")]
pub use {
    crate::notebook::*,
    polars::df,
    polars::prelude::{Column, DataFrame, IntoLazy, LazyFrame, NamedFrom, Series, col, lit, when},
};
#[cfg(feature = "notebook")]
pub use {ndarray_stats, plotly, polars, statrs};
