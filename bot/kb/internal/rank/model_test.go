package rank

import "testing"

func TestTheLearnedWeightsBelongToTheseFeatures(t *testing.T) {
	if len(Learned.Order) != netLen(features) || len(Learned.Sure) != netLen(inputs) {
		t.Errorf("%d and %d weights for %d features and %d inputs: run ./bot/kb/internal/fit again",
			len(Learned.Order), len(Learned.Sure), features, inputs)
	}
}
