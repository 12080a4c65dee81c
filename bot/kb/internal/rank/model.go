package rank

import "math"

// inputs of the confidence: a constant, the features, the evidence and four
// products of them.
const inputs = 1 + features + evidenceLen + 4

// Model is what was learned from questions whose answer is known.
type Model struct {
	// Order weighs the features that documents are ordered by.
	Order []float64
	// Sure weighs the inputs of the confidence.
	Sure []float64
	// Thresholds are the confidences from which on so many of the first documents were right,
	// in the order of the precisions.
	Thresholds []Threshold
}

// Threshold is a confidence, and the share of right ones among the first
// documents that had it or more.
type Threshold struct{ Precision, Confidence float64 }

// Threshold is the confidence from which a share of the first documents is
// expected to be right, between those that were measured; under the least of
// them everything reaches it.
func (m *Model) Threshold(precision float64) float64 {
	last := Threshold{}
	for _, t := range m.Thresholds {
		if precision <= t.Precision {
			part := (precision - last.Precision) / (t.Precision - last.Precision)
			return last.Confidence + part*(t.Confidence-last.Confidence)
		}
		last = t
	}
	part := min(1, (precision-last.Precision)/(1-last.Precision))
	return last.Confidence + part*(1-last.Confidence)
}

// NewModel has learned nothing.
func NewModel() *Model {
	return &Model{Order: make([]float64, features), Sure: make([]float64, inputs)}
}

func (m *Model) score(f *Features) float64 {
	var sum float64
	for i, x := range f {
		sum += m.Order[i] * float64(x)
	}
	return sum
}

func (m *Model) probability(h *Hit) float64 {
	x := h.inputs()
	sum := h.beside
	for i := range x {
		sum += m.Sure[i] * x[i]
	}
	return 1 / (1 + math.Exp(-sum))
}

// inputs are the numbers that the confidence is computed from.
func (h *Hit) inputs() (x [inputs]float64) {
	x[0] = 1
	for i, f := range h.features {
		x[1+i] = float64(f)
	}
	for i, e := range h.evidence {
		x[1+features+i] = float64(e)
	}
	topic, coverage := float64(h.evidence[ofTopic]), float64(h.features[byCoverage])
	products := x[1+features+evidenceLen:]
	products[0] = topic * topic
	products[1] = topic * float64(h.evidence[ofMargin])
	products[2] = topic * float64(h.evidence[ofWords])
	products[3] = coverage * coverage
	return x
}
