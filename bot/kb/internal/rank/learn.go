package rank

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Lesson is a question whose answer is known, and what was gathered for it.
type Lesson struct {
	Hits []Hit
	// Right tells of a document whether it answers.
	Right func(doc int) bool
	// Weight of the lesson beside others.
	Weight float64
}

// Learn fits a model: the order to the first lessons, the confidence to the
// second, of which a good part has no answer. The same lessons give the same
// model.
func Learn(order, sure []Lesson) *Model {
	m := &Model{Order: start(features), Sure: start(inputs)}
	m.learnOrder(order)
	m.learnSure(sure)
	return m
}

// start has small weights that differ, so that the units learn different
// things.
func start(in int) net {
	random := rand.New(rand.NewPCG(1, 2))
	w := make(net, netLen(in))
	for i := in + 1; i < len(w); i++ {
		w[i] = 0.3 * random.NormFloat64()
	}
	return w
}

// sample is one lesson as numbers: the gradient of its loss.
type sample func(w, g net)

// learnOrder finds weights under which right answers come first: softmax over
// what was found for each question.
func (m *Model) learnOrder(lessons []Lesson) {
	var samples []sample
	for _, l := range lessons {
		target, x := l.target()
		if target == nil {
			continue
		}
		units := make([][hidden]float64, len(x))
		samples = append(samples, func(w, g net) {
			p := make([]float64, len(x))
			for i := range x {
				p[i], units[i] = w.answer(x[i])
			}
			softmax(p)
			for i := range x {
				w.gradient(g, x[i], &units[i], l.Weight*(p[i]-target[i]))
			}
		})
	}
	descend(net(m.Order), samples, 25, 0.01, 2e-5)
}

// target is the share of each hit in the right answer, nil when it is not
// among them or alone, and the hits as numbers.
func (l Lesson) target() (target []float64, x [][]float64) {
	n := 0.0
	for _, h := range l.Hits {
		t := 0.0
		if l.Right(h.Doc) {
			t = 1
			n++
		}
		target = append(target, t)
		row := h.order()
		x = append(x, row[:])
	}
	if n == 0 || len(l.Hits) < 2 {
		return nil, nil
	}
	for i := range target {
		target[i] /= n
	}
	return target, x
}

func softmax(p []float64) {
	best := slices.Max(p)
	var sum float64
	for i := range p {
		p[i] = math.Exp(p[i] - best)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}

// learnSure finds the weights of the confidence: logistic on whether the first
// hit of each lesson is a right one.
func (m *Model) learnSure(lessons []Lesson) {
	var samples []sample
	for _, l := range lessons {
		if len(l.Hits) == 0 {
			continue // nothing found is silence, nothing to judge
		}
		hits := m.Arrange(slices.Clone(l.Hits))
		x, right := hits[0].sure(), 0.0
		if l.Right(hits[0].Doc) {
			right = 1
		}
		samples = append(samples, func(w, g net) {
			sum, units := w.answer(x[:])
			w.gradient(g, x[:], &units, l.Weight*(1/(1+math.Exp(-sum))-right))
		})
	}
	descend(net(m.Sure), samples, 50, 0.005, 1e-4)
}

// descend goes through the samples in ever new orders, and follows the
// gradient of a few of them at a time with Adam's steps, smaller towards the end.
func descend(w net, samples []sample, rounds int, rate, pull float64) {
	const few = 64
	random := rand.New(rand.NewPCG(3, 4))
	g, m, v := make(net, len(w)), make(net, len(w)), make(net, len(w))
	steps := rounds * ((len(samples) + few - 1) / few)
	t := 0
	for range rounds {
		order := random.Perm(len(samples))
		for batch := range slices.Chunk(order, few) {
			clear(g)
			for _, i := range batch {
				samples[i](w, g)
			}
			t++
			step := rate * (1 - 0.95*float64(t)/float64(steps))
			for k := range w {
				d := g[k]/float64(len(batch)) + pull*w[k]
				m[k] = 0.9*m[k] + 0.1*d
				v[k] = 0.999*v[k] + 0.001*d*d
				first := m[k] / (1 - math.Pow(0.9, float64(t)))
				second := v[k] / (1 - math.Pow(0.999, float64(t)))
				w[k] -= step * first / (math.Sqrt(second) + 1e-8)
			}
		}
	}
}
