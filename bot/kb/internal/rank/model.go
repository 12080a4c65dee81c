package rank

import "math"

// inputs of the confidence: the features and the evidence.
const inputs = features + evidenceLen

// Model is what was learned from questions whose answer is known.
type Model struct {
	// Order are the weights of the net that documents are ordered by, Sure those
	// of the one that gives the confidence.
	Order, Sure []float64
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

func (m *Model) score(h *Hit) float64 {
	x := h.order()
	sum, _ := net(m.Order).answer(x[:])
	return sum + h.beside
}

func (m *Model) probability(h *Hit) float64 {
	x := h.sure()
	sum, _ := net(m.Sure).answer(x[:])
	return 1 / (1 + math.Exp(-sum-h.beside))
}

// order are the numbers that a document is ordered by.
func (h *Hit) order() (x [features]float64) {
	for i, f := range h.features {
		x[i] = float64(f)
	}
	return x
}

// sure are the numbers that the confidence is computed from.
func (h *Hit) sure() (x [inputs]float64) {
	for i, f := range h.features {
		x[i] = float64(f)
	}
	for i, e := range h.evidence {
		x[features+i] = float64(e)
	}
	return x
}
