package bot_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sereno/bot"
	"sereno/bot/kb"
)

// secret is a word of one version of one article: whoever reads it has read a
// passage of that version.
var secret = regexp.MustCompile(`zq[a-z]+x\d+`)

// shelf is a knowledge base in the making, and what customers saw of it.
type shelf struct {
	*world
	t     *rapid.T
	words int
}

// words of a new version, with a secret of its own that says nothing to anybody.
func (s *shelf) text() string {
	s.words++
	return fmt.Sprintf("Hay que parar la turbina cuando devuelve error 500. Clave zqax%d.", s.words)
}

func (s *shelf) audience() string {
	return rapid.SampledFrom([]string{"interno", "todos los clientes", "acme", "globex", "acme, globex"}).Draw(s.t, "audience")
}

func (s *shelf) records() (out []kb.Record) {
	s.must2(s.store.View(s.world.t.Context(), func(tx bot.Tx) (err error) {
		out, err = tx.Articles(s.world.t.Context(), bot.ArticleQuery{})
		return err
	}))
	return out
}

// some is the id of an article, perhaps of none.
func (s *shelf) some() string {
	ids := []string{"ninguno"}
	for _, r := range s.records() {
		ids = append(ids, r.ID)
	}
	return rapid.SampledFrom(ids).Draw(s.t, "article")
}

// allowed are the secrets of what is published for the customer now.
func (s *shelf) allowed(customer string) map[string]bool {
	out := map[string]bool{}
	for _, r := range s.records() {
		for _, v := range s.versions(r.ID) {
			if v.N == r.Public && v.Content.For(customer) {
				for _, w := range secret.FindAllString(v.Content.Title+v.Content.Text, -1) {
					out[w] = true
				}
			}
		}
	}
	return out
}

// staff does something with articles.
func (s *shelf) staff() {
	who := rapid.SampledFrom([]string{"ana", "diego"}).Draw(s.t, "who")
	ch := "payments-team"
	switch rapid.IntRange(0, 8).Draw(s.t, "what") {
	case 0:
		s.command(who, ch, "/kb new Turbina")
		s.send(who, map[string]string{"text": s.text(), "for": s.audience()})
	case 1:
		s.command(who, ch, "/kb edit "+s.some())
		s.send(who, map[string]string{"text": s.text(), "for": s.audience()})
	case 2, 3:
		s.command("diego", ch, "/kb publish "+s.some())
	case 4:
		s.command("diego", ch, "/kb archive "+s.some())
	case 5:
		s.command("diego", ch, "/kb undo "+s.some())
	case 6:
		s.command(who, ch, "/kb restore "+s.some()+" 1")
	case 7:
		s.mirrored()
	case 8:
		s.sends(who)
	}
}

// sends sends what is offered for an incident, as it is.
func (s *shelf) sends(who string) {
	for n := range 3 {
		value := fmt.Sprintf("INC-%d:%d", rapid.IntRange(1, 3).Draw(s.t, "incident"), n+1)
		s.platform(bot.Event{Kind: bot.ButtonPressed, Channel: "payments-team", User: who, Button: "offer_send", Value: value, Trigger: "t"})
		for _, f := range s.Forms(who) {
			s.must(s.Submit(s.world.t.Context(), who, f.Form.ID, "", nil))
		}
	}
}

// send fills the form that the person has open, if one is.
func (s *shelf) send(who string, fields map[string]string) {
	for range s.Forms(who) {
		s.must(s.Submit(s.world.t.Context(), who, "article", "", fields))
	}
}

// mirrored takes in a folder.
func (s *shelf) mirrored() {
	var read []*kb.Article
	for n := range rapid.IntRange(1, 3).Draw(s.t, "files") {
		a := faq(fmt.Sprintf("file-%d", n), s.text())
		a.Internal = rapid.Bool().Draw(s.t, "internal")
		if !a.Internal && rapid.Bool().Draw(s.t, "named") {
			a.Customers = []string{rapid.SampledFrom([]string{"acme", "globex"}).Draw(s.t, "for")}
		}
		read = append(read, a)
	}
	s.apply("kb", nil, read...)
	s.must2(s.Settle(s.world.t.Context()))
}

// customers are a person and a channel of each.
var customers = map[string]struct{ person, channel string }{
	"acme": {"maria", "acme-support"}, "globex": {"john", "globex-support"},
}

// asks lets a customer try to read, and answers everything that reached them.
func (s *shelf) asks(customer string) string {
	c := customers[customer]
	s.world.records = nil
	verb := rapid.SampledFrom([]string{"show", "edit", "history", "restore", "list", "publish", "read", "reads", "confirm", "undo", "search", "turbina", "review", "archive"}).Draw(s.t, "verb")
	button := rapid.SampledFrom([]string{"offer_show", "offer_send", "kb_show", "article_more", "article_show", "article_edit", "article_publish", "article_read", "article_review", "article_confirm"}).Draw(s.t, "button")
	var extra string
	switch rapid.IntRange(0, 6).Draw(s.t, "ask") {
	case 0:
		s.command(c.person, c.channel, "/kb turbina error 500")
	case 1:
		s.command(c.person, "", "/kb "+verb+" "+s.some())
	case 2:
		s.platform(bot.Event{Kind: bot.ButtonPressed, Channel: c.channel, User: c.person, Button: button, Value: s.some() + rapid.SampledFrom([]string{"", ":1", ":1:1", ":2:1", ":3:1"}).Draw(s.t, "version")})
	case 3:
		s.platform(bot.Event{
			Kind: bot.FormSent, Channel: c.channel, User: c.person, Form: "article", Value: s.some(),
			Fields: map[string]string{"title": "x", "text": "y", "kind": "faq", "for": "todos"},
		})
	case 4:
		s.say(c.person, c.channel, "", "La turbina devuelve error 500, "+strings.Repeat("otra vez ", s.words%3))
	case 6: // what stands under their incident's card
		value := fmt.Sprintf("INC-%d:%d", rapid.IntRange(1, 3).Draw(s.t, "incident"), rapid.IntRange(1, 3).Draw(s.t, "offer"))
		s.platform(bot.Event{Kind: bot.ButtonPressed, Channel: c.channel, User: c.person, Button: button, Value: value})
		s.platform(bot.Event{Kind: bot.FormSent, Channel: c.channel, User: c.person, Form: "send_article", Value: value + ":1", Fields: map[string]string{"words": "x"}})
	case 5:
		for _, kind := range []bot.ArgKind{bot.ArgArticle, bot.ArgArticleID} {
			found, err := s.bot.Complete(s.world.t.Context(), bot.Completion{Platform: "console", Channel: c.channel, User: c.person, Kind: kind, Typed: "turbina"})
			s.must2(err)
			extra += fmt.Sprint(found)
		}
	}
	return extra + s.reached(c.person, c.channel)
}

// reached is everything that a person of the channel can see of what was said since.
func (s *shelf) reached(person, channel string) string {
	var out strings.Builder
	for _, r := range s.world.records {
		if r.To != person && (r.To != "" || r.Channel != channel) {
			continue
		}
		all, err := json.Marshal([]any{r.Message, r.Form})
		s.must2(err)
		out.Write(all)
	}
	return out.String()
}

// A customer never gets a passage of an internal article, of another customer's, of
// a draft or of one that was archived, by whatever they type, press, send or write.
func TestACustomerReadsNothingThatIsNotForThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &shelf{world: library(t), t: t}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			for range rapid.IntRange(0, 3).Draw(t, "changes") {
				s.world.records = nil
				s.staff()
				for customer, c := range customers {
					allowed := s.allowed(customer) // an agent may send what is for them
					for _, got := range secret.FindAllString(s.reached(c.person, c.channel), -1) {
						if !allowed[got] {
							t.Fatalf("what our people did shows %s to %s", got, customer)
						}
					}
				}
			}
			customer := rapid.SampledFrom([]string{"acme", "globex"}).Draw(t, "customer")
			allowed := s.allowed(customer)
			for _, got := range secret.FindAllString(s.asks(customer), -1) {
				if !allowed[got] {
					t.Fatalf("%s reads %s, and only %v is for them\n%s", customer, got, allowed, transcript(s.world.records))
				}
			}
		}
	})
}

// What is for a customer reaches them, or the property above would hold of a bot
// that says nothing.
func TestACustomerReadsWhatIsForThem(t *testing.T) {
	w := library(t)
	for id, whose := range map[string][]string{"all": nil, "acme": {"acme"}, "globex": {"globex"}} {
		a := faq(id, "Hay que parar la turbina cuando devuelve error 500. Clave zq"+id+"x1.")
		a.Customers = whose
		w.apply(id, nil, a)
	}
	got := w.answer("maria", "acme-support", "/kb turbina error 500")
	found := secret.FindAllString(got, -1)
	slices.Sort(found)
	if strings.Join(found, " ") != "zqacmex1 zqallx1" {
		t.Errorf("found %v in\n%s", found, got)
	}
}
