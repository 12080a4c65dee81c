package rca_test

import (
	"errors"
	"testing"
	"time"

	"sereno/bot/incident"
	"sereno/bot/rca"
)

var now = time.Date(2026, 11, 25, 13, 0, 0, 0, time.UTC)

func why(t *testing.T, r *rca.Record, words ...string) {
	t.Helper()
	for _, w := range words {
		if err := r.Why(w, "ana", now); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheDialogueFromTheFirstWhyToTheEnd(t *testing.T) {
	r := rca.Start(1, "ana", now)
	why(t, r, "the API failed", "the database was full", "logs were not rotated", "nobody owned them", "no procedure")
	if r.Stage != rca.AskOrigin || r.Cause() != "no procedure" {
		t.Fatalf("after five whys it asks %s, cause %q", r.Stage, r.Cause())
	}
	for _, step := range []error{
		r.SetOrigin(incident.Ours), r.SetTeam("payments"),
		r.AddAction(rca.Action{What: "rotate logs", Owner: "ana", Due: "2026-12-01"}), r.Finish(now),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	if r.Running() || r.Status != rca.Done || !r.FinishedAt.Equal(now) {
		t.Errorf("finished: %+v", r)
	}
	if err := r.Why("more", "ana", now); !errors.Is(err, rca.ErrFinished) {
		t.Errorf("a finished analysis takes another why: %v", err)
	}
}

func TestAnswersToAnotherQuestionAreRefused(t *testing.T) {
	r := rca.Start(1, "ana", now)
	for name, err := range map[string]error{
		"origin": r.SetOrigin(incident.Ours), "team": r.SetTeam("x"), "finish": r.Finish(now),
		"action": r.AddAction(rca.Action{What: "x"}),
	} {
		if !errors.Is(err, rca.ErrNotAsked) {
			t.Errorf("%s while a why is asked: %v", name, err)
		}
	}
	if err := r.Enough(); !errors.Is(err, rca.ErrEmpty) {
		t.Errorf("enough before the first why: %v", err)
	}
	if err := r.Why("  ", "ana", now); !errors.Is(err, rca.ErrEmpty) {
		t.Errorf("an empty why: %v", err)
	}
}

func TestBackUndoesOneAnswerAtATime(t *testing.T) {
	r := rca.Start(1, "ana", now)
	if r.Back() {
		t.Error("there was nothing to take back")
	}
	why(t, r, "a", "b")
	if err := errors.Join(r.Enough(), r.SetOrigin(incident.Ours), r.SetTeam("p"), r.AddAction(rca.Action{What: "w"})); err != nil {
		t.Fatal(err)
	}
	want := []rca.Stage{rca.AskActions, rca.AskTeam, rca.AskOrigin, rca.AskWhy, rca.AskWhy}
	for i, stage := range want {
		if !r.Back() || r.Stage != stage {
			t.Fatalf("step %d back: asks %s, want %s", i, r.Stage, stage)
		}
	}
	if len(r.Whys) != 0 || len(r.Actions) != 0 || r.Team != "" || r.Origin != incident.Undetermined {
		t.Errorf("something was left: %+v", r)
	}
}

func TestParseAction(t *testing.T) {
	for in, want := range map[string][3]string{
		"add an alert; ana; 2026-12-01":   {"add an alert", "ana", "2026-12-01"},
		"add an alert ;@ana;2026-12-01 ":  {"add an alert", "ana", "2026-12-01"},
		"only what":                       {"only what", "", ""},
		"":                                {"", "", ""},
		"what; who; when; and a bit more": {"what", "who", "when; and a bit more"},
	} {
		what, owner, due := rca.ParseAction(in)
		if got := [3]string{what, owner, due}; got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
