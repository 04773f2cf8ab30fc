//! As much of `std::simd` as the CSV parser uses, in instructions of wasm.
//!
//! LLVM makes the mask of 64 lanes from each lane by itself here, in some 450 instructions, where wasm has one for
//! the mask of 16.

use core::arch::wasm32::{i8x16_bitmask, u8x16_eq, u8x16_splat, v128, v128_load, v128_or};

/// 64 bytes, as `std::simd::u8x64`.
#[allow(non_camel_case_types)]
#[derive(Clone, Copy)]
pub(crate) struct u8x64([v128; 4]);

/// For each of 64 bytes whether something holds for it.
#[derive(Clone, Copy)]
pub(crate) struct Mask([v128; 4]);

impl u8x64 {
    #[inline(always)]
    pub(crate) fn splat(byte: u8) -> Self {
        Self([u8x16_splat(byte); 4])
    }

    #[inline(always)]
    pub(crate) fn simd_eq(self, other: Self) -> Mask {
        let [a, b, c, d] = self.0;
        let [e, f, g, h] = other.0;
        Mask([u8x16_eq(a, e), u8x16_eq(b, f), u8x16_eq(c, g), u8x16_eq(d, h)])
    }
}

impl From<[u8; 64]> for u8x64 {
    #[inline(always)]
    fn from(bytes: [u8; 64]) -> Self {
        let (quarters, _) = bytes.as_chunks::<16>();
        // SAFETY: each is a reference to 16 bytes; the load needs no alignment.
        let load = |at: usize| unsafe { v128_load(quarters[at].as_ptr().cast()) };
        Self([load(0), load(1), load(2), load(3)])
    }
}

impl std::ops::BitOr for Mask {
    type Output = Mask;

    #[inline(always)]
    fn bitor(self, other: Mask) -> Mask {
        let [a, b, c, d] = self.0;
        let [e, f, g, h] = other.0;
        Mask([v128_or(a, e), v128_or(b, f), v128_or(c, g), v128_or(d, h)])
    }
}

impl Mask {
    /// Bit `n` for byte `n`.
    #[inline(always)]
    pub(crate) fn to_bitmask(self) -> u64 {
        let bits = |at: usize| u64::from(i8x16_bitmask(self.0[at]));
        bits(0) | bits(1) << 16 | bits(2) << 32 | bits(3) << 48
    }
}
