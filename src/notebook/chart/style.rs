//! How charts look: readable in light and dark, and by the colour-blind.

use plotly::common::{Font, Label};

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

/// The Okabe-Ito colours, without yellow and black: those vanish on a white and on a black page.
pub(crate) const COLOURS: [&str; 6] =
    ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"];

/// For lines of equal value: Viridis without its darkest and its lightest part, as a thin dark line is lost on a
/// black page and a thin yellow one on a white page.
pub(crate) const LINE_SCALE: [(f64, &str); 5] =
    [(0.0, "#6a5acd"), (0.25, "#3f7fb5"), (0.5, "#21918c"), (0.75, "#35a872"), (1.0, "#7ab51d")];

/// The look of one series. Colour never stands alone: lines differ in their dashes, points in their
/// symbols, bars in their patterns. The words are plotly's.
pub(crate) struct Look {
    pub colour: &'static str,
    pub dash: &'static str,
    pub symbol: &'static str,
    /// plotly has fewer symbols in space.
    pub symbol_3d: &'static str,
    pub pattern: &'static str,
}

/// The look of the `index`th series of a chart.
pub(crate) fn look(index: usize) -> Look {
    let (dash, symbol, symbol_3d, pattern) = match index % 6 {
        0 => ("solid", "circle", "circle", ""),
        1 => ("dash", "square", "square", "/"),
        2 => ("dot", "diamond", "diamond", "."),
        3 => ("dashdot", "triangle-up", "cross", "x"),
        4 => ("longdash", "cross", "x", "\\"),
        _ => ("longdashdot", "x", "circle-open", "-"),
    };
    Look { colour: COLOURS[index % 6], dash, symbol, symbol_3d, pattern }
}

impl Look {
    /// The colour for a plane behind the series.
    pub fn faint(&self) -> String {
        let part = |at: usize| {
            let digits = self.colour.get(at..at + 2).unwrap_or("76");
            u8::from_str_radix(digits, 16).unwrap_or(118)
        };
        format!("rgba({},{},{},0.25)", part(1), part(3), part(5))
    }
}

/// Faces of one width on every system, so that a text's width is known here: plotly's own first choice is on few
/// systems, and its second much wider.
const FAMILY: &str = "Arial, Helvetica, Liberation Sans, sans-serif";

/// The chart's text.
pub(crate) fn font(size: usize) -> Font {
    Font::new().family(FAMILY).size(size).color(GREY)
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

/// About how many pixels wide a text is in [`FAMILY`] of this size.
pub(crate) fn width(text: &str, size: usize) -> usize {
    let letter = |letter: char| match letter {
        'i' | 'j' | 'l' | '|' | '\'' => 0.22,
        'f' | 't' | 'I' | '.' | ',' | ':' | ';' | '!' | '/' | ' ' => 0.28,
        'r' | '(' | ')' | '-' => 0.34,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 0.5,
        'w' | 'm' | 'M' | 'W' | '@' | '%' | '—' | '…' => 0.88,
        'A'..='Z' => 0.7,
        _ => 0.56,
    };
    (text.chars().map(letter).sum::<f64>() * size as f64).ceil() as usize
}

/// A sentence in lines of at most `pixels` (a longer word stays whole).
pub(crate) fn wrapped(text: &str, pixels: usize, size: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size) <= pixels => {
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
        let lines = wrapped("An outlier pulls the squared error away", 80, 10);
        assert_eq!(lines, ["An outlier pulls", "the squared error", "away"]);
        assert_eq!(wrapped("residual  y - ŷ", 300, 10), ["residual y - ŷ"]);
        assert_eq!(wrapped("", 10, 10), Vec::<String>::new());
    }

    #[test]
    fn no_two_of_six_series_share_a_colour_or_a_dash() {
        for a in 0..6 {
            for b in 0..a {
                assert_ne!(look(a).colour, look(b).colour);
                assert_ne!(look(a).dash, look(b).dash);
                assert_ne!(look(a).symbol, look(b).symbol);
                assert_ne!(look(a).symbol_3d, look(b).symbol_3d);
                assert_ne!(look(a).pattern, look(b).pattern);
            }
        }
    }

    #[test]
    fn a_plane_has_the_colour_of_its_series() {
        assert_eq!(look(0).colour, "#0072B2");
        assert_eq!(look(0).faint(), "rgba(0,114,178,0.25)");
    }

    #[test]
    fn plotly_gets_no_tags_from_us() {
        assert_eq!(safe("p < 0.5 & q > 1"), "p &lt; 0.5 &amp; q &gt; 1");
    }
}
