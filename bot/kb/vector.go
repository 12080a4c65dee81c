package kb

import (
	"math"
	"math/bits"
)

// vector is a direction, in a quarter of the memory of what a model gives: each
// component in 255 steps of its largest, and the signs of all of them once more,
// one bit each, by which directions can be compared roughly and fast.
type vector struct {
	parts []int8
	step  float32 // parts times step has the length 1, nearly
	signs []uint64
}

// newVector is nil for what has no direction.
func newVector(v []float32) *vector {
	var squares, most float64
	for _, x := range v {
		squares += float64(x) * float64(x)
		most = max(most, math.Abs(float64(x)))
	}
	length := math.Sqrt(squares)
	if !(length > 0) || math.IsInf(squares, 0) {
		return nil
	}
	out := &vector{parts: make([]int8, len(v)), signs: make([]uint64, (len(v)+63)/64)}
	var kept float64
	for i, x := range v {
		n := math.Round(float64(x) / most * math.MaxInt8)
		out.parts[i] = int8(n)
		kept += n * n
		if x > 0 {
			out.signs[i/64] |= 1 << (i % 64)
		}
	}
	out.step = float32(1 / math.Sqrt(kept))
	return out
}

// comparable reports whether both are of one dimension; nil is comparable to nothing.
func (v *vector) comparable(w *vector) bool {
	return v != nil && w != nil && len(v.parts) == len(w.parts)
}

// cosine of the angle between two comparable vectors.
func (v *vector) cosine(w *vector) float64 {
	var s [4]int32 // of at most 127² × dimension
	a, b := v.parts, w.parts[:len(v.parts)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s[0] += int32(x[0]) * int32(y[0])
		s[1] += int32(x[1]) * int32(y[1])
		s[2] += int32(x[2]) * int32(y[2])
		s[3] += int32(x[3]) * int32(y[3])
	}
	for ; i < len(a); i++ {
		s[0] += int32(a[i]) * int32(b[i])
	}
	sum := int64(s[0]) + int64(s[1]) + int64(s[2]) + int64(s[3])
	return float64(sum) * float64(v.step) * float64(w.step)
}

// apart counts the components in whose sign two comparable vectors differ.
func (v *vector) apart(w *vector) int {
	n := 0
	other := w.signs[:len(v.signs)]
	for i, x := range v.signs {
		n += bits.OnesCount64(x ^ other[i])
	}
	return n
}
