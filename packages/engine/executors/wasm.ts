import { onnxExecutor } from './onnx.ts';

/** ONNX Runtime as WebAssembly with SIMD; threads where the page is cross-origin isolated. */
export const wasm = onnxExecutor({
  name: 'wasm',
  library: 'onnxruntime-web',
  provider: 'wasm',
  async unavailable() {
    if (typeof WebAssembly === 'undefined') return 'this browser has no WebAssembly';
    return WebAssembly.validate(SIMD_PROBE) ? undefined : 'this browser has no WebAssembly SIMD';
  },
});

/** The smallest module with a SIMD instruction: (func (drop (i8x16.splat (i32.const 0)))). */
const SIMD_PROBE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00], // one type: () → ()
  ...[0x03, 0x02, 0x01, 0x00], // one function of it
  ...[0x0a, 0x09, 0x01, 0x07, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x1a, 0x0b],
);
