package waits

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestWaitsGrowUpToALimitAndBeginAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := New(time.Second, 4*time.Second)
		took := func(atLeast time.Duration) time.Duration {
			began := time.Now()
			if err := w.Pause(t.Context(), atLeast); err != nil {
				t.Fatal(err)
			}
			return time.Since(began)
		}
		for _, longest := range []time.Duration{1, 2, 4, 4} {
			if d := took(0); d < longest*time.Second/2 || d > longest*time.Second+1 {
				t.Errorf("waited %s where at most %ds was due", d, longest)
			}
		}
		if d := took(time.Minute); d != time.Minute {
			t.Errorf("waited %s where a minute was asked for", d)
		}
		w.Reset()
		if d := took(0); d > time.Second+1 {
			t.Errorf("waited %s after a reset", d)
		}
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if Sleep(ctx, time.Hour) == nil {
			t.Error("it slept on after the end")
		}
	})
}
