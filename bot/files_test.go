package bot_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sereno/bot"
)

func TestBytesOfWhichNothingIsKnownAreNotWhatTheirNameSays(t *testing.T) {
	w, there := newBridge(t)
	there.files["f"] = "\x01\x02\x03\x04" + strings.Repeat("\x00\xfe", 200)
	w.reports(bot.File{ID: "f", Name: "a.png", Type: "image/png"})
	for _, r := range w.said(bot.Post) {
		if len(r.Message.Files) > 0 {
			t.Errorf("it is kept as %+v", r.Message.Files)
		}
	}
}

func TestAnAttachmentFollowsItsMessageWhileItIsFetched(t *testing.T) {
	w, there := newBridge(t)
	w.reports()
	there.slow = errors.New("away")
	w.abroad(bot.Event{Kind: bot.MessagePosted, Message: "p2", Thread: "p1", Text: "El reporte mensual sale vacío", Files: []bot.File{{ID: "f", Name: "a.png"}}})
	there.files["f"] = png
	there.opened = func() { // it is taken out while the content is on its way
		there.opened = nil
		w.abroad(bot.Event{Kind: bot.OpenAsked, Message: "p2"})
	}
	there.slow = nil
	w.wait(time.Minute)
	w.command("ana", "payments-team", "/incident files INC-2")
	if r := w.one(bot.Direct); len(r.Message.Files) != 1 {
		t.Errorf("INC-2 has %+v", r.Message)
	}
}

func TestAnErrandThatIsGivenUpIsTold(t *testing.T) {
	w, there := newBridge(t)
	there.slow = errors.New("away")
	w.reports(bot.File{ID: "f", Name: "a.png", Type: "image/png"})
	w.wait(3 * time.Hour)
	n := 0
	for _, r := range w.said(bot.Post) {
		if strings.Contains(r.Message.Plain(), "no se pudo obtener") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("told %d times", n)
	}
}

func TestAFileThatIsTakenBackBeforeItIsShownHoldsUpNothing(t *testing.T) {
	w, there := newBridge(t)
	there.files["f"] = png
	broken := true
	w.fail = func(d *bot.Delivery) error {
		if broken && len(d.Message.Files) > 0 {
			return errors.New("away")
		}
		for _, f := range d.Message.Files {
			content, err := d.Open(t.Context(), f)
			if err != nil {
				return &bot.DeliveryError{NotSent: true, Err: err}
			}
			content.Close()
		}
		return nil
	}
	w.reports()
	w.abroad(bot.Event{Kind: bot.MessagePosted, Message: "p2", Thread: "p1", Text: "la captura", Files: []bot.File{{ID: "f", Name: "a.png", Type: "image/png"}}})
	w.abroad(bot.Event{Kind: bot.MessageDeleted, Message: "p2"})
	broken = false
	w.wait(time.Minute)
	w.records = nil
	w.command("ana", "payments-team", "/incident reply INC-1 hola")
	for _, r := range w.said(bot.Post) {
		if r.Purpose == "notice" {
			return
		}
	}
	t.Error("what comes behind it still waits")
}
