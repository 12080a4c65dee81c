package hearing

import "testing"

func TestAPlatformIsDeafWhileItHasNoConnection(t *testing.T) {
	var h Hearing
	for _, step := range []struct {
		name string
		do   func()
		deaf bool
	}{
		{"that is not to be heard", func() {}, false},
		{"before the first one", h.Begin, true},
		{"with one", h.Opened, false},
		{"with two", h.Opened, false},
		{"with one left", h.Closed, false},
		{"when the last one has ended", h.Closed, true},
		{"once it is back", h.Opened, false},
	} {
		step.do()
		if got := !h.DeafSince().IsZero(); got != step.deaf {
			t.Errorf("%s: deaf %v", step.name, got)
		}
	}
}
