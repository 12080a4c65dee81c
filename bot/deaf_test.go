package bot_test

import (
	"strings"
	"testing"
	"time"

	"sereno/bot"
)

// hearing is a platform that has not been heard since.
type hearing struct {
	*postal
	since time.Time
}

func (h *hearing) DeafSince() time.Time { return h.since }

func TestAPlatformThatIsNotHeardForLongIsTold(t *testing.T) {
	h := &hearing{postal: &postal{}}
	w := newWorld(t, func(o *bot.Options) { o.Adapters = append(o.Adapters, h) })
	for _, tc := range []struct {
		name string
		deaf time.Duration
		told bool
	}{
		{"it is heard", 0, false},
		{"its server is restarted", time.Minute, false},
		{"it is gone", 2 * time.Minute, true},
	} {
		h.since = time.Time{}
		if tc.deaf > 0 {
			h.since = time.Now().Add(-tc.deaf)
		}
		got := w.bot.Hears(t.Context())
		if (len(got) > 0) != tc.told || tc.told && !strings.HasPrefix(got[0], "mail: not connected since ") {
			t.Errorf("%s: %q", tc.name, got)
		}
	}
}
