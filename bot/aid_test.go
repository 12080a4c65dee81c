package bot_test

import (
	"strings"
	"testing"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
)

// aid is what stands under the card of the incident to answer with.
func (w *world) aid(id string) bot.Message {
	w.t.Helper()
	for _, ch := range []string{"payments-team", "platform-team"} {
		for _, m := range w.Messages(ch, "ana") {
			if m.Purpose == "aid" && m.Incident == id && m.Body.Title != "" {
				return m.Body
			}
		}
	}
	w.t.Fatalf("nothing stands under the card of %s", id)
	return bot.Message{}
}

func labels(m bot.Message) string {
	var out []string
	for _, b := range m.Buttons {
		out = append(out, b.Label)
	}
	return strings.Join(out, ", ")
}

// sends presses Send to customer and sends the form with those words, as it is for
// "", and answers what the agent reads then.
func (w *world) sends(who, words string) string {
	w.t.Helper()
	w.press(who, "offer_send", "INC-1")
	return w.submits(who, words)
}

func (w *world) submits(who, words string) string {
	w.t.Helper()
	fields := map[string]string{"words": words}
	if words == "" {
		fields = nil
	}
	w.records = nil
	w.must(w.Submit(w.t.Context(), who, "send_article", "INC-1", fields))
	var out strings.Builder
	for _, r := range w.records {
		if r.Kind == bot.Ephemeral || r.Kind == bot.Refused {
			out.WriteString(r.Message.Plain())
		}
	}
	return out.String()
}

const brake = "Frenar la turbina despacio."

func TestAgentsAreOfferedWhatIsForTheCustomerAndReadWhatIsInternal(t *testing.T) {
	shown, inside, theirs := faq("a", brake), faq("dentro", "Si la turbina se calienta, llamar a la planta."), faq("ajena", "La turbina de globex se calienta.")
	inside.Internal, theirs.Customers = true, []string{"globex"}
	w := shelves(t, shown, inside, theirs)
	w.say("maria", "acme-support", "", hot)
	m := w.aid("INC-1")
	contains(t, "the offer", m.Plain(), "Para responder INC-1", "Turbina a · el cliente lo vio: Frenar la turbina despacio.", "Turbina dentro · interno", "llamar a la planta")
	if got := m.Plain(); strings.Contains(got, "ajena") {
		t.Errorf("what is for another customer is offered:\n%s", got)
	}
	if got := labels(m); strings.Count(got, "Enviar") != 1 || strings.Count(got, "Ver") != 2 {
		t.Errorf("the buttons are %s", got)
	}
	for _, b := range m.Buttons {
		if b.ID == "offer_send" {
			continue
		}
		w.records = nil
		w.platform(bot.Event{Kind: bot.ButtonPressed, Channel: "payments-team", User: "ana", Button: "offer_show", Value: b.Value})
		contains(t, "read", transcript(w.records), "urbina")
		w.records = nil
		w.platform(bot.Event{Kind: bot.ButtonPressed, Channel: "acme-support", User: "maria", Button: "offer_show", Value: b.Value})
		if got := transcript(w.records); strings.Contains(got, "turbina") {
			t.Errorf("a customer reads:\n%s", got)
		}
	}
	for n := range 3 { // internal ones have no such button, and whoever makes one up is refused
		w.records = nil
		w.platform(bot.Event{Kind: bot.FormSent, Channel: "payments-team", User: "ana", Form: "send_article", Value: "INC-1:" + string(rune('1'+n)) + ":1", Fields: map[string]string{"words": "se envía " + string(rune('1'+n))}})
	}
	sent := 0
	for _, m := range w.Messages("acme-support", "maria") {
		if m.Purpose == "answer" {
			sent++
		}
	}
	if sent != 1 {
		t.Errorf("%d articles were sent", sent)
	}
	w.press("maria", "still_need_help", "INC-1")
	contains(t, "it did not help", w.aid("INC-1").Plain(), "Turbina a · el cliente lo vio · lo envió Ana · no le alcanzó")
}

func TestAnArticleIsSentToTheCustomer(t *testing.T) {
	w := shelves(t, faq("a", brake))
	w.say("maria", "acme-support", "", hot)
	w.wait(10 * time.Minute)
	w.press("ana", "offer_send", "INC-1")
	open := w.Forms("ana")
	if len(open) != 1 || open[0].Form.Inputs[0].Value != "Turbina a\n\nFrenar la turbina despacio." {
		t.Fatalf("the form is %+v", open)
	}
	contains(t, "done", w.submits("ana", "Hola María: Turbina a. Frenar muy despacio."), "Enviado al cliente de INC-1")
	var answer console.Record
	for _, r := range w.records {
		if r.Channel == "acme-support" {
			answer = r
		}
	}
	if answer.Message.From != "Ana" || !strings.Contains(answer.Message.Plain(), "Frenar muy despacio") || labels(answer.Message) != "Me sirvió, Necesito ayuda, Ver" {
		t.Errorf("the customer reads %+v", answer.Message)
	}
	s := w.state("INC-1")
	if c := clock(s, "first_response"); c.State != "met" || c.ElapsedS != 600 || s.Owner != "ana" {
		t.Errorf("it counts as %+v, owner %q", c, s.Owner)
	}
	if got := labels(w.aid("INC-1")); got != "Ver" {
		t.Errorf("it can be sent again: %s", got)
	}
	contains(t, "the offer", w.aid("INC-1").Plain(), "lo envió Ana")
	contains(t, "the timeline", w.answer("ana", "payments-team", "/incident show INC-1"), "Artículo enviado al cliente: Turbina a (a/1)")
	if f := w.feedback(); len(f) != 1 || f[0].Outcome != bot.KBSent || f[0].Article != "a" || f[0].Version != 1 || f[0].By != "ana" {
		t.Fatalf("recorded %+v", f)
	}
	contains(t, "the ranking", w.answer("vera", "quality", "/kb feedback"), "resolvió 1, no resolvió 0")

	id, err := w.FindButton("maria", "solved", "INC-1")
	w.must2(err)
	w.must(w.Press(t.Context(), "maria", id, "solved"))
	if s := w.state("INC-1"); s.Status != "closed" || s.Self {
		t.Errorf("%+v", s)
	}
	if f := w.feedback(); len(f) != 2 || f[1].Outcome != bot.KBSolved || f[1].Article != "a" {
		t.Errorf("recorded %+v", f)
	}
	contains(t, "the offer", w.aid("INC-1").Plain(), "lo envió Ana · le sirvió")
}

func TestWhatWasSentThatDoesNotHelpIsOwedAnAnswer(t *testing.T) {
	w := shelves(t, faq("a", brake))
	w.say("maria", "acme-support", "", hot)
	w.sends("ana", "")
	w.command("ana", "payments-team", "/incident wait INC-1 customer")
	w.records = nil
	press := func() {
		id, err := w.FindButton("maria", "still_need_help", "INC-1")
		w.must2(err)
		w.must(w.Press(t.Context(), "maria", id, "still_need_help"))
	}
	press()
	contains(t, "everybody is told", transcript(w.records), "Maria sigue necesitando ayuda con INC-1. Ya se le mostró: Turbina a.", "Entendido")
	s := w.state("INC-1")
	if s.Status != "in_progress" || clock(s, "next_response").State != "running" {
		t.Errorf("%+v", s)
	}
	if f := w.feedback(); len(f) != 2 || f[1].Outcome != bot.KBNotSolved {
		t.Errorf("recorded %+v", f)
	}
	w.records = nil
	press()
	contains(t, "twice", transcript(w.records), "El equipo ya está avisado")
	if f := w.feedback(); len(f) != 2 {
		t.Errorf("twice is recorded: %+v", f)
	}
}

func TestWhatCannotBeSentIsSaid(t *testing.T) {
	internal := faq("a", brake)
	internal.Internal = true
	for name, tt := range map[string]struct {
		meanwhile func(w *world)
		want      string
	}{
		"archived meanwhile":        {func(w *world) { w.apply("kb", nil, faq("otro", "otra cosa")) }, "ya no está publicado"},
		"for others now":            {func(w *world) { w.apply("kb", nil, internal) }, "no es para Acme S.A."},
		"changed meanwhile":         {func(w *world) { w.apply("kb", nil, faq("a", "No frenarla.")) }, "cambió mientras lo editabas, y no se envió. Miralo y envialo de nuevo. Habías escrito: así"},
		"sent by another meanwhile": {func(w *world) { w.sends("luis", "") }, "«Turbina a» ya lo envió Luis"},
		"it was no incident":        {func(w *world) { w.command("luis", "payments-team", "/incident cancel INC-1") }, "INC-1 está descartado"},
	} {
		t.Run(name, func(t *testing.T) {
			w := shelves(t, faq("a", brake))
			w.say("maria", "acme-support", "", hot)
			w.press("ana", "offer_send", "INC-1")
			tt.meanwhile(w)
			before := len(w.Messages("acme-support", "maria"))
			contains(t, "refused", w.submits("ana", "así"), tt.want)
			if after := len(w.Messages("acme-support", "maria")); after != before {
				t.Error("the customer reads something all the same")
			}
		})
	}
}

func TestAFormThatIsSentTwiceIsOneAnswer(t *testing.T) {
	w := shelves(t, faq("a", brake))
	w.say("maria", "acme-support", "", hot)
	sent := bot.Event{Kind: bot.FormSent, Channel: "payments-team", User: "ana", Form: "send_article", Value: "INC-1:1:1", Fields: map[string]string{"words": "así"}}
	w.records = nil
	for _, key := range []string{"console:one", "console:one", "console:two"} { // repeated, and pressed again
		sent.Key = key
		w.platform(sent)
	}
	if got := transcript(w.records); strings.Count(got, "postacme-support") != 1 || strings.Count(got, "ya lo envió Ana") != 1 {
		t.Errorf("said:\n%s", got)
	}
}

func TestAnArticleWhoseAnswerIsWithdrawnCanBeSentAgain(t *testing.T) {
	w := shelves(t, faq("a", brake))
	w.say("maria", "acme-support", "", hot)
	w.sends("ana", "")
	w.press("ana", "edit_answer", "INC-1")
	w.must(w.Submit(t.Context(), "ana", "edit_answer", "INC-1", map[string]string{"words": "Mejor así."}))
	var reads bot.Message
	for _, m := range w.Messages("acme-support", "maria") {
		if m.Purpose == "answer" {
			reads = m.Body
		}
	}
	if !strings.Contains(reads.Plain(), "Mejor así.") || len(reads.Buttons) != 3 {
		t.Errorf("edited, it is %+v", reads)
	}
	w.press("ana", "withdraw_answer", "INC-1")
	if f := w.feedback(); len(f) != 1 || f[0].Undone.IsZero() {
		t.Errorf("withdrawn, it counts: %+v", f)
	}
	w.sends("ana", "Otra vez.")
	if f := w.feedback(); len(f) != 2 || !f[1].Undone.IsZero() || f[1].Outcome != bot.KBSent {
		t.Errorf("recorded %+v", f)
	}
}

func TestMoreWordsOfTheCustomersFindOtherArticles(t *testing.T) {
	other := faq("vibra", "Si la caldera vibra, ajustar los pernos.")
	other.Title = "Pernos flojos"
	w := library(t)
	w.apply("kb", nil, faq("a", "La turbina se calienta cuando gira rápido. "+brake), other)
	root := w.say("maria", "acme-support", "", hot)
	if got := w.aid("INC-1").Plain(); strings.Contains(got, "pernos") {
		t.Fatalf("offered too early:\n%s", got)
	}
	n := len(w.Messages("payments-team", "ana"))
	w.say("maria", "acme-support", root, "Además la caldera vibra")
	contains(t, "the offer", w.aid("INC-1").Plain(), "Frenar la turbina", "ajustar los pernos")
	if after := w.Messages("payments-team", "ana"); len(after) != n+1 { // what she wrote
		t.Errorf("%d messages, and there were %d", len(after), n)
	}
	w.records = nil
	w.say("maria", "acme-support", root, "La caldera vibra más")
	if got := transcript(w.records); strings.Contains(got, "Para responder") {
		t.Errorf("the same is offered again:\n%s", got)
	}
}

func TestTheOfferGoesWithTheCardAndWithTheCustomer(t *testing.T) {
	acme, globex := faq("a", brake), faq("ajena", "La turbina se calienta: parar.")
	acme.Customers, globex.Customers = []string{"acme"}, []string{"globex"}
	w := shelves(t, acme, globex)
	w.say("maria", "acme-support", "", hot)
	w.command("ana", "payments-team", "/incident team INC-1 platform")
	moved := false
	for _, m := range w.Messages("platform-team", "ana") {
		moved = moved || m.Purpose == "aid" && m.Thread != "" && strings.Contains(m.Body.Plain(), "Frenar")
	}
	if !moved {
		t.Error("it did not go with the card")
	}
	w.command("diego", "platform-team", "/incident customer INC-1 globex nos pasa lo mismo")
	got := ""
	for _, m := range w.Messages("platform-team", "ana") {
		if m.Purpose == "aid" {
			got = m.Body.Plain()
		}
	}
	if strings.Contains(got, "Frenar") || !strings.Contains(got, "parar") {
		t.Errorf("another customer's stays:\n%s", got)
	}
}

func TestATranslationIsOfferedInTheCustomersLanguage(t *testing.T) {
	english := faq("en-a", "Turbines overheat: brake the flywheel slowly.")
	english.Language, english.Title = "en", "Turbine flywheel"
	spanish := faq("es-a", "Se frena despacio.")
	spanish.Title, spanish.Translates = "El volante", "en-a"
	w := shelves(t, english, spanish)
	w.say("maria", "acme-support", "", "The turbine flywheel overheats, brake slowly?")
	contains(t, "the offer", w.aid("INC-1").Plain(), "El volante", "Se frena despacio.")
}

// Where a form cannot be shown, its words can be left as they are.
func TestWhatIsAskedWithWordsInItCanBeLeftAsItIs(t *testing.T) {
	w := shelves(t, faq("a", brake))
	w.say("maria", "acme-support", "", hot)
	w.platform(bot.Event{Kind: bot.ButtonPressed, Channel: "payments-team", User: "ana", Button: "offer_send", Value: "INC-1:1"}) // no trigger came with it
	w.press("ana", "answer_keep", "")
	found := ""
	for _, m := range w.Messages("acme-support", "maria") {
		found += m.Body.Plain()
	}
	contains(t, "the customer", found, "Turbina a\n\nFrenar la turbina despacio.")
}
