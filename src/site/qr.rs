//! QR codes of addresses, to be printed.

use png::{BitDepth, ColorType, Encoder, EncodingError};
use qrcode::render::svg;
use qrcode::{Color, EcLevel, QrCode};

/// White around a code without which readers don't find it, in modules.
const QUIET: usize = 4;
/// Pixels to a module: sharp on a sheet of A5, and less than 2 kB all the same.
const SCALE: usize = 16;

/// A QR code. A quarter of it may be torn or dirty.
pub(crate) struct Code(QrCode);

impl Code {
    /// The code of a text; none if it is too long for one.
    pub(crate) fn of(text: &str) -> Option<Self> {
        QrCode::with_error_correction_level(text, EcLevel::Q)
            .ok()
            .map(Self)
    }

    /// As an SVG document.
    pub(crate) fn svg(&self) -> String {
        self.0
            .render::<svg::Color<'_>>()
            .min_dimensions(240, 240)
            .build()
    }

    /// As a PNG file, black and white.
    pub(crate) fn png(&self) -> Result<Vec<u8>, EncodingError> {
        let modules = self.0.width();
        let side = (modules + 2 * QUIET) * SCALE;
        let colors = self.0.to_colors();
        let is_dark = |x: usize, y: usize| {
            let at = |pixel: usize| {
                (pixel / SCALE)
                    .checked_sub(QUIET)
                    .filter(|at| *at < modules)
            };
            matches!((at(x), at(y)), (Some(x), Some(y)) if colors[y * modules + x] == Color::Dark)
        };
        let rows = (0..side).flat_map(|y| {
            (0..side.div_ceil(8)).map(move |byte| {
                (0..8).fold(0u8, |bits, bit| {
                    bits << 1 | u8::from(!is_dark(byte * 8 + bit, y))
                })
            })
        });
        let rows: Vec<u8> = rows.collect();
        let side = u32::try_from(side).expect("a QR code has at most 177 modules");
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, side, side);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::One);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&rows)?;
        writer.finish()?;
        Ok(file)
    }
}
