package mattermost

import (
	"strings"
	"testing"
)

func TestWhatWasSealedComesBackUnchanged(t *testing.T) {
	s := newSigner(Config{Token: "t"})
	want := pressed{Button: "take", Value: "INC-7:ñ\"", Channel: "c", Key: "k"}
	var got pressed
	if err := unseal(s.action, sealed(t, s.action, want), &got); err != nil || got != want {
		t.Errorf("it came back as %+v: %v", got, err)
	}
}

func TestNothingElseIsTakenForSealed(t *testing.T) {
	s, other := newSigner(Config{Token: "t"}), newSigner(Config{Token: "t", Secret: "another secret of 16"})
	good := sealed(t, s.action, pressed{Button: "take", Value: "INC-7"})
	body, sum, _ := strings.Cut(good, ".")
	for what, forged := range map[string]string{
		"nothing": "", "a dot": ".", "no proof": body, "an empty proof": body + ".", "only the proof": "." + sum,
		"half a proof": body + "." + sum[:20], "another body": sealed(t, other.action, pressed{Button: "take", Value: "INC-8"}),
		"another purpose": sealed(t, s.dialog, pressed{Button: "take", Value: "INC-7"}), "padding": good + "=", "a line break": good + "\n",
		"another body with our proof": strings.Replace(body, "e", "f", 1) + "." + sum,
	} {
		var p pressed
		if err := unseal(s.action, forged, &p); err == nil {
			t.Errorf("%s was taken as %+v", what, p)
		}
	}
	if s.ofCommand("incident", "") || s.ofCommand("incident", s.commandProof("oncall")) || !s.ofCommand("incident", s.commandProof("incident")) {
		t.Error("the proof of a command's address is not its own")
	}
}

func FuzzUnseal(f *testing.F) {
	s := newSigner(Config{Token: "t"})
	good, err := seal(s.action, pressed{Button: "take", Value: "INC-7"})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", ".", good, good[1:], good + ".", "e30.", strings.ToUpper(good)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, it string) {
		var p pressed
		if err := unseal(s.action, it, &p); err == nil && it != good {
			t.Errorf("%q was taken as %+v", it, p)
		}
	})
}
