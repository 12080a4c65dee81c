package rank

import "math"

// Lesson is a question whose answer is known, and what was found for it.
type Lesson struct {
	Hits []Hit
	// Right is the place of the right answer in Hits, -1 when it is not there.
	Right int
	// Weight of the lesson beside others.
	Weight float64
}

// LearnOrder finds the weights under which right answers come first: softmax
// over what was found for each question, with a slight pull to zero.
func (m *Model) LearnOrder(lessons []Lesson) {
	w := m.Order
	descend(w, 300, 0.3, func(g []float64) {
		for _, l := range lessons {
			if l.Right < 0 || len(l.Hits) < 2 {
				continue
			}
			p := shares(m, l.Hits)
			for i := range l.Hits {
				d := p[i]
				if i == l.Right {
					d--
				}
				for k, x := range l.Hits[i].features {
					g[k] += l.Weight * d * float64(x)
				}
			}
		}
		for k := range w {
			g[k] += 1e-4 * w[k]
		}
	})
}

func shares(m *Model, hits []Hit) []float64 {
	p := make([]float64, len(hits))
	best := math.Inf(-1)
	for i := range hits {
		p[i] = m.score(&hits[i].features)
		best = max(best, p[i])
	}
	var sum float64
	for i := range p {
		p[i] = math.Exp(p[i] - best)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// LearnSure finds the weights of the confidence: logistic regression on
// whether the first hit of each lesson is the right one.
func (m *Model) LearnSure(lessons []Lesson) {
	w := m.Sure
	type row struct {
		x      [inputs]float64
		right  float64
		weight float64
	}
	var rows []row
	for _, l := range lessons {
		if len(l.Hits) == 0 {
			continue // nothing found is silence, nothing to judge
		}
		r := row{x: l.Hits[0].inputs(), weight: l.Weight}
		if l.Right == 0 {
			r.right = 1
		}
		rows = append(rows, r)
	}
	descend(w, 800, 0.1, func(g []float64) {
		for i := range rows {
			var sum float64
			for k, x := range rows[i].x {
				sum += w[k] * x
			}
			d := rows[i].weight * (1/(1+math.Exp(-sum)) - rows[i].right)
			for k, x := range rows[i].x {
				g[k] += d * x
			}
		}
		for k := range w {
			g[k] += 1e-3 * w[k]
		}
	})
}

// descend follows a gradient with Adam's steps.
func descend(w []float64, steps int, rate float64, gradient func(g []float64)) {
	g, m, v := make([]float64, len(w)), make([]float64, len(w)), make([]float64, len(w))
	for t := 1; t <= steps; t++ {
		clear(g)
		gradient(g)
		for k := range w {
			m[k] = 0.9*m[k] + 0.1*g[k]
			v[k] = 0.999*v[k] + 0.001*g[k]*g[k]
			first := m[k] / (1 - math.Pow(0.9, float64(t)))
			second := v[k] / (1 - math.Pow(0.999, float64(t)))
			w[k] -= rate * first / (math.Sqrt(second) + 1e-9)
		}
	}
}
