//! plotly's template with our looks, for [`Chart`](super::Chart) and for plotly in the open.

use plotly::common::{
    Anchor, ColorScale, ColorScalePalette, ExponentFormat, Orientation, Reference, Title,
};
use plotly::layout::{
    Axis, HoverMode, LayoutColorScale, LayoutScene, LayoutTemplate, Legend, Margin, ModeBar,
    Template,
};

use super::style::{self, ACTIVE, CLEAR, COLOURS, FAINT, GREY};

/// plotly's template with the looks of [`Chart`](super::Chart): readable on a light and on a dark page,
/// colours that the colour-blind tell apart.
///
/// ```
/// use lossbook::prelude::*;
/// use plotly::{BoxPlot, Layout, Plot};
///
/// let mut plot = Plot::new();
/// plot.add_trace(BoxPlot::new(vec![1.0, 2.0, 2.5, 9.0]).name("residuals"));
/// plot.set_layout(Layout::new().template(theme()).title("One residual is far from the others"));
/// assert!(plot.to_json().contains("rgba(0,0,0,0)"));
/// assert_eq!(plot.representations()?[1].1, "Chart: One residual is far from the others.");
/// # Ok::<(), ShowError>(())
/// ```
pub fn theme() -> Template {
    let layout = LayoutTemplate::new()
        .auto_size(true)
        .font(style::font(13))
        .title(
            Title::new()
                .font(style::font(15))
                .x_ref(Reference::Paper)
                .x(0.0)
                .x_anchor(Anchor::Left),
        )
        .margin(Margin::new().left(LEFT).right(RIGHT).top(60).bottom(62))
        .paper_background_color(CLEAR)
        .plot_background_color(CLEAR)
        .colorway(COLOURS.to_vec())
        .color_scale(
            LayoutColorScale::new()
                .sequential(ColorScale::Palette(ColorScalePalette::Viridis))
                .sequential_minus(ColorScale::Palette(ColorScalePalette::Viridis)),
        )
        .hover_mode(HoverMode::Closest)
        .hover_label(style::hover_label())
        .mode_bar(ModeBar::new().background_color(CLEAR).color(GREY).active_color(ACTIVE))
        .legend(
            Legend::new()
                .orientation(Orientation::Horizontal)
                .x(0.0)
                .x_anchor(Anchor::Left)
                .y(-0.2)
                .y_anchor(Anchor::Top)
                .background_color(CLEAR),
        )
        .x_axis(axis().auto_margin(true))
        .y_axis(axis().auto_margin(true))
        .scene(
            LayoutScene::new().background_color(CLEAR).x_axis(axis()).y_axis(axis()).z_axis(axis()),
        );
    Template::new().layout(layout)
}

/// Pixels to the left of the plane, for the ticks and the axis' name.
pub(crate) const LEFT: usize = 64;
/// Pixels to the right of it.
pub(crate) const RIGHT: usize = 20;

fn axis() -> Axis {
    Axis::new()
        .color(GREY)
        .grid_color(FAINT)
        .zero_line_color(GREY)
        .zero_line_width(1)
        .line_color(GREY)
        .exponent_format(ExponentFormat::None)
}
