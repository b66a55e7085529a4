//! How charts look: readable in light and dark, and by the colour-blind.

use plotly::common::{DashType, Font, Label, MarkerSymbol, PatternShape};

/// Grey that reads on white (contrast 4.5) and on black (4.1): text, axes, markers.
pub(crate) const GREY: &str = "#767676";
/// The same, faint: grid lines.
pub(crate) const FAINT: &str = "rgba(118,118,118,0.25)";
/// A button that is switched on.
pub(crate) const ACTIVE: &str = COLOURS[0];
/// The notebook's own background shows through.
pub(crate) const CLEAR: &str = "rgba(0,0,0,0)";
/// A light ground for grey text that may lie on something dark.
pub(crate) const GROUND: &str = "rgba(255,255,255,0.85)";

/// Pixels of a letter of the chart's text, on average.
pub(crate) const LETTER: usize = 7;

/// The Okabe-Ito colours, without yellow and black: those vanish on a white and on a black page.
const COLOURS: [&str; 6] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"];

/// The look of one series. Colour never stands alone: lines differ in their dashes, points in their
/// symbols, bars in their patterns.
pub(crate) struct Look {
    pub colour: &'static str,
    pub dash: DashType,
    pub symbol: MarkerSymbol,
    pub pattern: PatternShape,
}

/// The look of the `index`th series of a chart.
pub(crate) fn look(index: usize) -> Look {
    let (dash, symbol, pattern) = match index % 6 {
        0 => (DashType::Solid, MarkerSymbol::Circle, PatternShape::None),
        1 => (DashType::Dash, MarkerSymbol::Square, PatternShape::RightDiagonalLine),
        2 => (DashType::Dot, MarkerSymbol::Diamond, PatternShape::Dot),
        3 => (DashType::DashDot, MarkerSymbol::TriangleUp, PatternShape::DiagonalCross),
        4 => (DashType::LongDash, MarkerSymbol::Cross, PatternShape::LeftDiagonalLine),
        _ => (DashType::LongDashDot, MarkerSymbol::X, PatternShape::HorizontalLine),
    };
    Look { colour: COLOURS[index % 6], dash, symbol, pattern }
}

/// The chart's text.
pub(crate) fn font(size: usize) -> Font {
    Font::new().size(size).color(GREY)
}

/// The label that appears under the mouse: it brings its own background.
pub(crate) fn hover_label() -> Label {
    Label::new()
        .background_color("#ffffff")
        .border_color(GREY)
        .font(Font::new().size(12).color("#222222"))
        .align("left")
}

/// Text made safe for plotly, which reads some HTML tags.
pub(crate) fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A sentence in lines of at most `width` letters (a longer word stays whole).
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{look, safe, wrapped};

    #[test]
    fn a_long_sentence_is_wrapped_between_words() {
        let lines = wrapped("An outlier pulls the squared error away", 16);
        assert_eq!(lines, ["An outlier pulls", "the squared", "error away"]);
        assert_eq!(wrapped("residual  y - ŷ", 40), ["residual y - ŷ"]);
        assert_eq!(wrapped("", 10), Vec::<String>::new());
    }

    #[test]
    fn no_two_of_six_series_share_a_colour_or_a_dash() {
        for a in 0..6 {
            for b in 0..a {
                assert_ne!(look(a).colour, look(b).colour);
                assert_ne!(format!("{:?}", look(a).dash), format!("{:?}", look(b).dash));
                assert_ne!(format!("{:?}", look(a).symbol), format!("{:?}", look(b).symbol));
                assert_ne!(format!("{:?}", look(a).pattern), format!("{:?}", look(b).pattern));
            }
        }
    }

    #[test]
    fn plotly_gets_no_tags_from_us() {
        assert_eq!(safe("p < 0.5 & q > 1"), "p &lt; 0.5 &amp; q &gt; 1");
    }
}
