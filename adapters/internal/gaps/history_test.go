package gaps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sereno/bot"
)

func TestHistoryGates(t *testing.T) {
	h := New(func(a, b string) bool { return a < b })
	h.Close([]string{"C1"})
	first := h.Gap()
	h.Close([]string{"C1"})
	if _, opened := h.Open("C1", first); opened {
		t.Error("it opened for an older gap than the last")
	}
	if err := h.Wait(t.Context(), "C1", time.Millisecond); !errors.Is(err, ErrBehind) {
		t.Errorf("waiting ended with %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.Wait(ended, "C1", time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting ended with %v", err)
	}
	late := bot.Event{Key: "late"}
	for range 2 {
		if !h.Keep("C1", late) {
			t.Error("nothing is kept at a closed gate")
		}
	}
	if kept, opened := h.Open("C1", h.Gap()); len(kept) != 1 || opened {
		t.Errorf("it opened before the kept %v were let in", kept)
	}
	if _, opened := h.Open("C1", h.Gap()); !opened || h.Wait(t.Context(), "C1", 0) != nil {
		t.Error("it did not open")
	}
	if h.Keep("C1", late) {
		t.Error("an open gate keeps what comes late")
	}
	h.Met("C1", "1.000001")
	h.Met("C1", "3.000001")
	h.SetMark("C1", "2.000001")
	if h.HasMet("C1", "1.000001") || !h.HasMet("C1", "3.000001") {
		t.Error("what is before the mark must be forgotten, and nothing else")
	}
}

func TestMarksForgetWhatIsRead(t *testing.T) {
	h := New(func(a, b string) bool { return a < b })
	for _, id := range []string{"1", "2", "3"} {
		h.Met("C1", id)
	}
	h.SetMark("C1", "2")
	for id, want := range map[string]bool{"1": false, "2": false, "3": true} {
		if h.HasMet("C1", id) != want {
			t.Errorf("met %s: %v", id, !want)
		}
	}
	if h.Mark("C1") != "2" || h.Mark("C2") != "" {
		t.Errorf("the marks are %q and %q", h.Mark("C1"), h.Mark("C2"))
	}
}

func TestOpenAllLeavesLaterGapsClosed(t *testing.T) {
	h := New(func(a, b string) bool { return a < b })
	h.Close([]string{"C1", "C2"})
	gap := h.Gap()
	h.Close([]string{"C2"})
	h.OpenAll(gap)
	if err := h.Wait(t.Context(), "C1", Forever); err != nil {
		t.Errorf("C1: %v", err)
	}
	if err := h.Wait(t.Context(), "C2", time.Millisecond); !errors.Is(err, ErrBehind) {
		t.Errorf("C2: %v", err)
	}
}

func TestKeepUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(func(a, b string) bool { return a < b })
		began := time.Now()
		var got []string
		stop := errors.New("enough")
		err := KeepUp(t.Context(), h.Asked(), time.Minute, 10*time.Second, func(_ context.Context, comparing bool) error {
			got = append(got, fmt.Sprint(time.Since(began), comparing))
			if len(got) == 1 {
				h.Ask()
				h.Ask()
			}
			if len(got) == 4 {
				return stop
			}
			return nil
		})
		want := []string{"10s false", "10s false", "1m0s true", "2m0s true"}
		if !errors.Is(err, stop) || !slices.Equal(got, want) {
			t.Errorf("it read at %v and ended with %v", got, err)
		}
	})
}
