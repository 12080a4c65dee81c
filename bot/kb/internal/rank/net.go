package rank

import "math"

// hidden is how many units a net has between what it is told and its answer.
const hidden = 8

// net is a small function of numbers: linear, plus some units that see how
// they go together. Its weights are, in order, of each number, of the
// constant, and for each unit those of each number, of the constant, and of the
// unit in the answer.
type net []float64

func netLen(in int) int { return in + 1 + hidden*(in+2) }

// answer is the net's, and the units' in between.
func (w net) answer(x []float64) (sum float64, units [hidden]float64) {
	n := len(x)
	sum = w[n]
	for i, v := range x {
		sum += w[i] * v
	}
	for j := range units {
		u := w[n+1+j*(n+2):][:n+2]
		a := u[n]
		for i, v := range x {
			a += u[i] * v
		}
		units[j] = math.Tanh(a)
		sum += u[n+1] * units[j]
	}
	return sum, units
}

// gradient adds d times the gradient of the answer.
func (w net) gradient(g net, x []float64, units *[hidden]float64, d float64) {
	n := len(x)
	for i, v := range x {
		g[i] += d * v
	}
	g[n] += d
	for j, t := range units {
		u, gu := w[n+1+j*(n+2):][:n+2], g[n+1+j*(n+2):][:n+2]
		gu[n+1] += d * t
		back := d * u[n+1] * (1 - t*t)
		for i, v := range x {
			gu[i] += back * v
		}
		gu[n] += back
	}
}
