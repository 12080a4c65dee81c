package bot_test

import "testing"

func TestACommandOfSeveralLinesIsACommand(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.say("ana", "acme-support", root, "@sereno note\nel certificado vencido es culpa nuestra")
	if c := clock(w.state("INC-1"), "first_response"); c.State != "running" {
		t.Errorf("a note was taken for the answer: %+v", c)
	}
}

func TestANumberThatBeginsANoteIsNoIncident(t *testing.T) {
	w := newWorld(t)
	w.say("john", "globex-support", "", "The nightly export fails with error 500")
	root := w.say("maria", "acme-support", "", report)
	w.say("ana", "acme-support", root, "@sereno resolve 1 servidor reiniciado")
	if got := w.state("INC-1").Status; got == "resolved" {
		t.Error("another customer's incident was resolved with these words")
	}
	if got := w.state("INC-2").Status; got != "resolved" {
		t.Errorf("INC-2 is %s", got)
	}
}
