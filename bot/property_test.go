package bot_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/incident"
)

// deed is one thing that somebody does, or time going by.
type deed struct {
	do, who, channel, thread, words, button, value, message string
	wait                                                    time.Duration
}

func (d deed) String() string {
	return fmt.Sprintf("%s by %s in %s/%s: %q%s %s %s %s", d.do, d.who, d.channel, d.thread, d.words, d.button, d.value, d.message, d.wait)
}

// What customers say is marked with their names, and what is internal with
// "s3cr3t", so that it is known wherever it turns up.
var (
	staff     = []string{"ana", "luis", "diego", "sofia", "tom", "laura"}
	ourPlaces = []string{"payments-team", "platform-team"}
	asked     = []string{
		"%s: la API devuelve error 500", "%s: no llegan los webhooks", "gracias %s!", "hola", "👍",
		"%s sigue fallando", "@sereno take INC-1", "@sereno resolve INC-2 listo", "%s \u202e\u200b <!channel> [x](http://x)",
	}
	verbs = []string{
		"take %s", "assign %s luis", "assign %s sofia", "severity %s critical", "severity %s low", "severity %s normal",
		"wait %s customer", "wait %s third_party", "wait %s development", "resume %s", "note %s s3cr3t", "resolve %s done",
		"resolve %s", "reopen %s", "close %s", "origin %s ours", "origin %s customer", "team %s platform", "team %s payments",
		"ack %s", "escalate %s", "merge %s INC-1", "merge %s INC-2", "cancel %s", "show %s", "list", "nonsense %s",
	}
	rcaVerbs = []string{"start %s", "answer %s s3cr3t", "answer %s ours", "answer %s payments", "answer %s fix it; ana; 2026-12-01", "show %s"}
	presses  = []string{
		"take", "severity", "escalate", "resolve", "ack", "not_incident", "reopen", "rca", "open", "solved", "still_need_help",
		"rate_1", "rate_5", "rate_9", "rca_enough", "rca_back", "rca_done", "rca_origin_ours", "rca_team_platform", "unheard_of",
	}
)

func someDeed() *rapid.Generator[deed] {
	return rapid.Custom(func(t *rapid.T) deed {
		pick := func(name string, from []string) string { return rapid.SampledFrom(from).Draw(t, name) }
		id := pick("incident", []string{"INC-1", "INC-2", "INC-3", "INC-4", "INC-99", "x", "INC-1:x", ""})
		message := fmt.Sprintf("m%d", rapid.IntRange(1, 60).Draw(t, "message"))
		thread := pick("thread", []string{"", "", "INC-1", "INC-2", "INC-3", message})
		everybody := append([]string{"maria", "john", "stranger"}, staff...)
		d := deed{do: pick("deed", []string{"ask", "ask", "ask", "answer", "answer", "type", "type", "type", "rca", "press", "press", "form", "edit", "delete", "react", "open", "wait", "wait", "note", "flaky", "reload"})}
		switch d.do {
		case "ask":
			d.who, d.channel, d.thread = "maria", "acme-support", thread
			if rapid.Bool().Draw(t, "john") {
				d.who, d.channel = "john", "globex-support"
			}
			d.words = pick("words", asked)
			if strings.Contains(d.words, "%s") {
				d.words = fmt.Sprintf(d.words, "of-"+d.who)
			}
		case "answer":
			d.who, d.channel, d.thread = pick("who", staff), pick("channel", []string{"acme-support", "globex-support"}), thread
			d.words = pick("words", []string{"lo estamos mirando", "@sereno note s3cr3t", "@sereno take", "@sereno wait customer", "@sereno resolve done"})
		case "note":
			d.who, d.channel, d.thread, d.words = pick("who", staff), pick("channel", ourPlaces), thread, pick("words", []string{"s3cr3t", "ours", "payments", "fix; ana; 2026-12-01"})
		case "type":
			d.who, d.channel = pick("who", everybody), pick("channel", append([]string{"", "acme-support", "globex-support"}, ourPlaces...))
			d.words = "/incident " + strings.ReplaceAll(pick("verb", verbs), "%s", id)
		case "rca":
			d.who, d.channel = pick("who", everybody), pick("channel", ourPlaces)
			d.words = "/rca " + strings.ReplaceAll(pick("verb", rcaVerbs), "%s", id)
		case "press", "form":
			d.who, d.channel, d.button, d.value, d.message = pick("who", everybody), pick("channel", append([]string{"acme-support", "globex-support"}, ourPlaces...)), pick("button", presses), id, message
			d.words = pick("field", []string{"", "done", "critical", "low", "ours"})
		case "edit":
			d.who, d.message, d.words = pick("who", everybody), message, pick("words", []string{"corregido", "hola"})
		case "delete", "open":
			d.who, d.message = pick("who", everybody), message
		case "react":
			d.who, d.message, d.words = pick("who", everybody), message, pick("reaction", []string{"ticket", "eyes", "white_check_mark", "tada"})
		case "wait":
			d.wait = rapid.SampledFrom([]time.Duration{time.Second, time.Minute, 6 * time.Minute, 20 * time.Minute, time.Hour, 5 * time.Hour, 30 * time.Hour, 80 * time.Hour}).Draw(t, "wait")
		case "reload":
			d.words = pick("configuration", slices.Sorted(maps.Keys(configurations)))
		case "flaky":
			d.words = pick("fails", []string{"nothing", "pages", "once"})
		}
		return d
	})
}

// play does the deed, or leaves it where the platform would not let the person.
func (w *world) play(d deed) {
	ctx, at := w.t.Context(), console.Place{Channel: d.channel, Thread: d.thread}
	var err error
	switch d.do {
	case "ask", "answer", "note":
		_, err = w.Say(ctx, d.who, at, d.words)
	case "type", "rca":
		if d.who == "stranger" {
			err = w.accepted(bot.Event{Kind: bot.CommandTyped, Channel: d.channel, Direct: d.channel == "", User: "maria", UserName: "ana", Text: d.words})
			break
		}
		err = w.Command(ctx, d.who, at, d.words)
	case "press":
		err = w.accepted(bot.Event{Kind: bot.ButtonPressed, Channel: d.channel, Message: d.message, User: d.who, Button: d.button, Value: d.value, Trigger: "t"})
	case "form":
		err = w.accepted(bot.Event{
			Kind: bot.FormSent, Channel: d.channel, User: d.who, Form: []string{"resolve", "severity"}[len(d.button)%2], Value: d.value,
			Fields: map[string]string{"done": d.words, "severity": d.words, "origin": d.words},
		})
	case "edit":
		err = w.Edit(ctx, d.who, d.message, d.words)
	case "delete":
		err = w.Delete(ctx, d.who, d.message)
	case "react":
		err = w.React(ctx, d.who, d.message, d.words)
	case "open":
		err = w.OpenIncident(ctx, d.who, d.message)
	case "wait":
		w.wait(d.wait)
		return
	case "flaky":
		w.flaky(d.words)
		return
	case "reload":
		w.now = config.Sample().Company
		configurations[d.words](w.now)
		err = w.bot.Reload(ctx, w.now, "admin", nil)
	}
	var refused *console.Problem
	if err != nil && !errors.As(err, &refused) {
		w.t.Fatal(err)
	}
	w.must2(w.Settle(ctx))
}

// configurations are what may become of the sample while incidents are open.
var configurations = map[string]func(c *company.Company){
	"as it was": func(*company.Company) {},
	"without acme": func(c *company.Company) {
		c.Customers = slices.DeleteFunc(c.Customers, func(x *company.Customer) bool { return x.Key == "acme" })
		c.People = slices.DeleteFunc(c.People, func(p *company.Person) bool { return p.Key == "maria" })
	},
	"without payments": func(c *company.Company) {
		c.Teams = slices.DeleteFunc(c.Teams, func(t *company.Team) bool { return t.Key == "payments" })
		c.Customer("acme").Team = c.Team("platform")
	},
	"without ana": func(c *company.Company) {
		c.People = slices.DeleteFunc(c.People, func(p *company.Person) bool { return p.Key == "ana" })
	},
	"nobody reachable": func(c *company.Company) {
		for _, p := range c.People {
			if p.Customer == nil {
				p.Identities = nil
			}
		}
	},
	"no channels": func(c *company.Company) {
		for _, t := range c.Teams {
			t.Channels = nil
		}
	},
	"no policies": func(c *company.Company) {
		for _, t := range c.Teams {
			t.Policy, t.Schedule = nil, nil
		}
	},
	"a shorter policy": func(c *company.Company) {
		for _, t := range c.Teams {
			t.Policy.Steps, t.Policy.Repeat = t.Policy.Steps[:1], 0
		}
	},
	"another contract": func(c *company.Company) { c.Customer("acme").Contract = c.Customer("globex").Contract },
}

// flaky makes the platform refuse every page, each delivery once, or nothing.
func (w *world) flaky(what string) {
	w.fail = func(d *bot.Delivery) error {
		switch {
		case what == "pages" && d.Kind == bot.Page:
			return &bot.DeliveryError{Permanent: true, NotSent: true, Err: errors.New("no such person")}
		case what == "once" && d.Attempt == 1:
			return &bot.DeliveryError{NotSent: true, Err: errors.New("try again")}
		}
		return nil
	}
}

func TestWhateverPeopleDoTheStoryHoldsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		deeds := rapid.SliceOfN(someDeed(), 1, 40).Draw(t, "deeds")
		deeds = append([]deed{
			{do: "ask", who: "maria", channel: "acme-support", words: "of-maria: la API devuelve error 500"},
			{do: "ask", who: "john", channel: "globex-support", words: "of-john: the export fails"},
		}, deeds...)
		first := tell(t, deeds)
		if slices.ContainsFunc(deeds, func(d deed) bool { return d.do == "flaky" }) {
			return // failures are retried with a jitter
		}
		if second := tell(t, deeds); first != second {
			t.Fatalf("played again the story differs:\n%s", cmp.Diff(first, second))
		}
	})
}

// tell plays the deeds and answers all that the bot did.
func tell(t *rapid.T, deeds []deed) string {
	var log bytes.Buffer
	var all strings.Builder
	w := newWorld(t, logged(&log))
	for _, d := range deeds {
		w.records = nil
		w.play(d)
		all.WriteString(transcript(w.records))
		w.holds(t, d, &log)
	}
	return all.String()
}

// holds checks what must be true at any time.
func (w *world) holds(t *rapid.T, last deed, log *bytes.Buffer) {
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "tried again") && !strings.Contains(line, "delivery will be") || strings.Contains(line, "panic") || strings.Contains(line, "set aside") {
			t.Fatalf("after %s: %s", last, line)
		}
	}
	log.Reset()
	for _, r := range w.records {
		w.forEyesOf(t, last, r)
	}
	s, err := w.bot.State(t.Context())
	w.must2(err)
	var backlog bot.Backlog
	w.must2(w.store.View(t.Context(), func(tx bot.Tx) (err error) {
		backlog, err = tx.Backlog(t.Context())
		return err
	}))
	if backlog.DeadEvents > 0 {
		t.Fatalf("after %s an event was set aside", last)
	}
	open, resolved := map[string]bool{}, map[string]bool{}
	for i, inc := range s.Incidents {
		if inc.ID != incident.FormatID(i+1) {
			t.Fatalf("after %s incident %d is %s", last, i+1, inc.ID)
		}
		open[inc.ID], resolved[inc.ID] = incident.Status(inc.Status).Open(), inc.Status == string(incident.Resolved)
		w.timed(t, last, inc, s.Timers)
	}
	for _, timer := range s.Timers {
		if !open[timer.Incident] && !(timer.Kind == "close" && resolved[timer.Incident]) {
			t.Fatalf("after %s there is a timer %+v", last, timer)
		}
	}
	if backlog.Deliveries == 0 {
		w.cardsTellTheTruth(t, last, s)
	}
}

// forEyesOf checks that nobody reads what is not for them.
func (w *world) forEyesOf(t *rapid.T, last deed, r console.Record) {
	readers := []string{r.To}
	switch {
	case r.To == "" && r.Channel == "acme-support":
		readers = []string{"maria"}
	case r.To == "" && r.Channel == "globex-support":
		readers = []string{"john"}
	}
	text := r.Message.Plain()
	for _, reader := range readers {
		other := map[string]string{"maria": "of-john", "john": "of-maria"}[reader]
		if other == "" {
			continue
		}
		if strings.Contains(text, "s3cr3t") || strings.Contains(text, other) {
			t.Fatalf("after %s %s reads:\n%s", last, reader, transcript([]console.Record{r}))
		}
	}
}

// timed checks that each commitment that runs has the timer of its breach.
func (w *world) timed(t *rapid.T, last deed, inc bot.IncidentState, timers []bot.TimerState) {
	for _, c := range inc.Clocks {
		if c.State != "running" {
			continue
		}
		found := false
		for _, timer := range timers {
			found = found || timer.Kind == "breach" && timer.Incident == inc.ID && timer.At.Equal(c.Due.Truncate(time.Millisecond)) && strings.HasPrefix(timer.Subject, c.Name+"/")
		}
		if !found {
			t.Fatalf("after %s nothing watches %s of %s: %+v", last, c.Name, inc.ID, timers)
		}
	}
}

// cardsTellTheTruth checks that every card reads as it would if it were made now.
func (w *world) cardsTellTheTruth(t *rapid.T, last deed, s bot.State) {
	fail := w.fail
	defer func() { w.fail = fail }()
	w.fail = nil
	for _, inc := range s.Incidents {
		team := w.now.Team(inc.Team)
		if !incident.Status(inc.Status).Open() || team == nil || len(team.Channels) == 0 {
			continue
		}
		reader := likeOf(w.now, team)
		if reader == nil {
			continue
		}
		shown := w.shownIn(team, inc.ID)
		kept := w.records
		w.records = nil
		w.must2(w.Command(t.Context(), reader.Key, placeOf(team.Channels[0].ID), "/incident show "+inc.ID))
		w.must2(w.Settle(t.Context()))
		now := w.records[len(w.records)-1].Message
		w.records = kept
		now.Items = nil
		if diff := cmp.Diff(now, shown); diff != "" {
			t.Fatalf("after %s the card of %s is not true (-now +shown):\n%s", last, inc.ID, diff)
		}
	}
}

// likeOf is somebody who reads as the team does.
func likeOf(c *company.Company, team *company.Team) *company.Person {
	for _, p := range c.People {
		if p.Has(company.Agent) && len(p.Identities) > 0 && p.Language == team.Language && p.Zone.String() == team.Zone.String() {
			return p
		}
	}
	return nil
}

func (w *world) shownIn(team *company.Team, id string) (last bot.Message) {
	for _, m := range w.Messages(team.Channels[0].ID, "ana") {
		if m.Purpose == "card" && m.Incident == id {
			last = m.Body
		}
	}
	return last
}
