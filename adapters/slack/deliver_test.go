package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

func TestDeliveriesReachTheirPlace(t *testing.T) {
	w := newWorld(t)
	root := w.missed("", "no anda")[0]
	text := bot.Message{Text: "hola"}
	for name, c := range map[string]struct {
		d       bot.Delivery
		channel string
		want    func(m slacktest.Message) bool
	}{
		"a post": {
			d: bot.Delivery{Kind: bot.Post, Channel: "C1", Message: text}, channel: "C1",
			want: func(m slacktest.Message) bool { return m.Thread == "" && m.Ephemeral == "" },
		},
		"an answer in a thread": {
			d: bot.Delivery{Kind: bot.Post, Channel: "C1", Thread: bot.Ref{Message: root}, Message: text}, channel: "C1",
			want: func(m slacktest.Message) bool { return m.Thread == root },
		},
		"a direct message": {
			d: bot.Delivery{Kind: bot.Direct, User: "UANA", Message: text}, channel: "DANA",
			want: func(m slacktest.Message) bool { return true },
		},
		"a page to a person": {
			d: bot.Delivery{Kind: bot.Page, User: "UANA", Channel: "C2", Message: text}, channel: "DANA",
			want: func(m slacktest.Message) bool { return !strings.Contains(m.Text, "<!") },
		},
		"a page to a channel calls those named": {
			d: bot.Delivery{Kind: bot.Page, Channel: "C2", Message: bot.Message{Text: "hola", Mentions: []string{"UANA", "S0TEAM", "x> <!channel"}}}, channel: "C2",
			want: func(m slacktest.Message) bool { return m.Text == "<@UANA> <!subteam^S0TEAM> hola" },
		},
		"a page to a channel that names nobody calls everybody": {
			d: bot.Delivery{Kind: bot.Page, Channel: "C2", Message: text}, channel: "C2",
			want: func(m slacktest.Message) bool { return m.Text == "<!channel> hola" },
		},
		"an ephemeral note": {
			d: bot.Delivery{Kind: bot.Ephemeral, Channel: "C1", User: "UANA", Message: text}, channel: "C1",
			want: func(m slacktest.Message) bool { return m.Ephemeral == "UANA" },
		},
		"a refusal without a channel": {
			d: bot.Delivery{Kind: bot.Refused, User: "UANA", Message: text}, channel: "DANA",
			want: func(m slacktest.Message) bool { return m.Ephemeral == "" },
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.d.Key = "key of " + name
			r, err := w.deliver(c.d)
			if err != nil {
				t.Fatal(err)
			}
			msgs := w.slack.Messages(c.channel)
			m := msgs[len(msgs)-1]
			if !strings.Contains(m.Text, "hola") || !c.want(m) {
				t.Errorf("it became %+v", m)
			}
			if r.Channel != c.channel || (m.Ephemeral == "" && (r.Message != m.TS || m.Key != c.d.Key)) || (m.Ephemeral != "" && r.Message != "") {
				t.Errorf("the receipt is %+v for %+v", r, m)
			}
		})
	}
	if n := len(w.slack.Calls("conversations.open")); n != 1 {
		t.Errorf("the direct conversation was opened %d times", n)
	}
	for _, call := range w.slack.Calls("chat.postMessage") {
		if call.Params.Get("unfurl_links") != "false" || call.Params.Get("unfurl_media") != "false" {
			t.Errorf("links would be previewed: %v", call.Params)
		}
	}
}

func TestAnUpdateChangesTheMessageInPlace(t *testing.T) {
	w := newWorld(t)
	r, err := w.deliver(bot.Delivery{Kind: bot.Direct, User: "UANA", Message: bot.Message{Text: "before", Buttons: []bot.Button{{ID: "ack", Label: "Ack"}}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, channel := range []string{r.Channel, ""} { // a page's is known by its person alone
		got, err := w.deliver(bot.Delivery{Kind: bot.Update, Channel: channel, User: "UANA", Target: bot.Ref{Message: r.Message}, Message: bot.Message{Text: "after"}, Doubtful: true})
		if err != nil || got != r {
			t.Fatalf("receipt %+v, error %v", got, err)
		}
	}
	if m := w.slack.Messages("DANA")[0]; m.Text != "after" || m.Updates != 2 || len(slacktest.Buttons(m)) != 0 || len(w.slack.Messages("DANA")) != 1 {
		t.Errorf("the message is %+v", m)
	}
}

func TestWhatCannotBeShownInTheChannelIsWrittenDirectly(t *testing.T) {
	for _, code := range []string{"user_not_in_channel", "not_in_channel", "channel_not_found", "restricted_action", "method_not_supported_for_channel_type"} {
		w := newWorld(t)
		w.slack.Fail("chat.postEphemeral", slacktest.Fault{Error: code})
		r, err := w.deliver(bot.Delivery{Kind: bot.Refused, Channel: "C1", User: "UANA", Thread: bot.Ref{Message: "1.0"}, Message: bot.Message{Text: "no puedes"}})
		if err != nil || r.Channel != "DANA" || len(w.slack.Messages("DANA")) != 1 {
			t.Errorf("%s: receipt %+v, error %v", code, r, err)
		}
	}
}

func TestADoubtfulDeliveryIsSentOnce(t *testing.T) {
	long := strings.Repeat("una línea de las muchas que tiene este informe\n", 900)
	for name, c := range map[string]struct {
		d     bot.Delivery
		after int // as many calls succeed before the one whose answer is lost
		parts int
	}{
		"in a channel":              {d: bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: "hola"}}, parts: 1},
		"in a thread":               {d: bot.Delivery{Kind: bot.Post, Channel: "C1", Thread: bot.Ref{Message: "root"}, Message: bot.Message{Text: "hola"}}, parts: 1},
		"to a person":               {d: bot.Delivery{Kind: bot.Page, User: "UANA", Message: bot.Message{Text: "hola"}}, parts: 1},
		"of a long text, first":     {d: bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: long}}, parts: 5},
		"of a long text, the third": {d: bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: long}}, after: 2, parts: 5},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if c.d.Thread.Message != "" {
				c.d.Thread.Message = w.missed("", "raíz")[0]
			}
			for range c.after {
				w.slack.Fail("chat.postMessage", slacktest.Fault{Wait: closed()})
			}
			w.slack.Fail("chat.postMessage", slacktest.Fault{Lost: true, Done: true})
			_, err := w.deliver(c.d)
			var known *bot.DeliveryError
			if err == nil || (errors.As(err, &known) && (known.NotSent || known.Permanent)) {
				t.Fatalf("the lost answer gave %#v", err)
			}
			w.missed("", make([]string, 250)...) // a busy channel
			c.d.Doubtful, c.d.Attempt = true, 2
			r, err := w.deliver(c.d)
			if err != nil {
				t.Fatal(err)
			}
			var ours []slacktest.Message
			for _, m := range w.slack.Posted() {
				if m.Key == "key-1" {
					ours = append(ours, m)
				}
			}
			if len(ours) != c.parts || w.slack.Copies()["key-1"] != 1 || r.Message != ours[0].TS {
				t.Errorf("there are %d of %d messages, receipt %+v, first %s", len(ours), c.parts, r, ours[0].TS)
			}
		})
	}
}

func closed() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

func TestALongTextThatSlackMadeWaitHalfWayGoesOnWhereItWas(t *testing.T) {
	w := newWorld(t)
	d := bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: strings.Repeat("una línea\n", 2500)}}
	w.slack.Fail("chat.postMessage", slacktest.Fault{Wait: closed()}, slacktest.Fault{Status: 429, RetryAfter: "1"})
	_, err := w.deliver(d)
	var known *bot.DeliveryError
	if !errors.As(err, &known) || known.NotSent || known.RetryAfter != time.Second {
		t.Fatalf("the error is %#v", err)
	}
	d.Doubtful = true
	r, err := w.deliver(d)
	msgs := w.slack.Messages("C1")
	if err != nil || len(msgs) != 3 || r.Message != msgs[0].TS || msgs[1].Part != "2" || msgs[2].Part != "3" {
		t.Errorf("error %v, receipt %+v, %d messages", err, r, len(msgs))
	}
}

func TestADoubtfulDeliveryThatNeverArrivedIsSent(t *testing.T) {
	w := newWorld(t)
	w.slack.Fail("chat.postMessage", slacktest.Fault{Lost: true})
	d := bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: "hola"}}
	if _, err := w.deliver(d); err == nil {
		t.Fatal("the lost call succeeded")
	}
	d.Doubtful = true
	if _, err := w.deliver(d); err != nil || w.slack.Copies()["key-1"] != 1 {
		t.Errorf("error %v, copies %v", err, w.slack.Copies())
	}
}

func TestWhileTheSearchFailsADoubtfulDeliveryStaysDoubtful(t *testing.T) {
	w := newWorld(t)
	w.slack.Fail("conversations.history", slacktest.Fault{Status: 429, RetryAfter: "7"})
	_, err := w.deliver(bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: "hola"}, Doubtful: true})
	var known *bot.DeliveryError
	if !errors.As(err, &known) || known.NotSent || known.RetryAfter != 7*time.Second || len(w.slack.Posted()) > 0 {
		t.Errorf("the error is %#v", err)
	}
}

func TestADoubtfulPageStaysDoubtfulWhileItsConversationCannotBeOpened(t *testing.T) {
	for _, doubtful := range []bool{false, true} {
		w := newWorld(t)
		w.slack.Fail("conversations.open", slacktest.Fault{Status: 500})
		_, err := w.deliver(bot.Delivery{Kind: bot.Page, User: "UANA", Message: bot.Message{Text: "hola"}, Doubtful: doubtful})
		var known *bot.DeliveryError
		if !errors.As(err, &known) || known.NotSent == doubtful {
			t.Errorf("doubtful %v: %#v", doubtful, err)
		}
	}
}

func TestFailuresAreToldForWhatTheyAre(t *testing.T) {
	type known struct {
		permanent, notSent bool
		retryAfter         time.Duration
	}
	post := bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: "hola"}}
	for name, c := range map[string]struct {
		d     bot.Delivery
		fault slacktest.Fault
		want  known
	}{
		"asked to wait":                  {post, slacktest.Fault{Status: 429, RetryAfter: "30"}, known{notSent: true, retryAfter: 30 * time.Second}},
		"asked to wait, not how long":    {post, slacktest.Fault{Status: 429}, known{notSent: true, retryAfter: politeWait}},
		"asked to wait in so many words": {post, slacktest.Fault{Error: "ratelimited"}, known{notSent: true, retryAfter: politeWait}},
		"a server error":                 {post, slacktest.Fault{Status: 503}, known{}},
		"slack stumbled":                 {post, slacktest.Fault{Error: "fatal_error"}, known{}},
		"the answer was lost":            {post, slacktest.Fault{Lost: true}, known{}},
		"no answer in time":              {post, slacktest.Fault{Wait: make(chan struct{})}, known{}},
		"a proxy forbids it":             {post, slacktest.Fault{Status: 403}, known{notSent: true}},
		"no such channel":                {post, slacktest.Fault{Error: "channel_not_found"}, known{permanent: true, notSent: true}},
		"archived":                       {post, slacktest.Fault{Error: "is_archived"}, known{permanent: true, notSent: true}},
		"not a member":                   {post, slacktest.Fault{Error: "not_in_channel"}, known{permanent: true, notSent: true}},
		"too long":                       {post, slacktest.Fault{Error: "msg_too_long"}, known{permanent: true, notSent: true}},
		"a scope is missing":             {post, slacktest.Fault{Error: "missing_scope"}, known{permanent: true, notSent: true}},
		"something new":                  {post, slacktest.Fault{Error: "brand_new_error"}, known{notSent: true}},
		"the token was revoked":          {post, slacktest.Fault{Error: "token_revoked"}, known{notSent: true, retryAfter: time.Minute}},
		"a message of nothing":           {bot.Delivery{Kind: bot.Post, Channel: "C1"}, slacktest.Fault{}, known{permanent: true, notSent: true}},
		"to nobody":                      {bot.Delivery{Kind: bot.Post, Message: post.Message}, slacktest.Fault{}, known{permanent: true, notSent: true}},
		"directly to nobody":             {bot.Delivery{Kind: bot.Direct, Message: post.Message}, slacktest.Fault{}, known{permanent: true, notSent: true}},
		"a note to nobody":               {bot.Delivery{Kind: bot.Ephemeral, Channel: "C1", Message: post.Message}, slacktest.Fault{}, known{permanent: true, notSent: true}},
		"an update of nothing":           {bot.Delivery{Kind: bot.Update, Channel: "C1", Message: post.Message}, slacktest.Fault{}, known{permanent: true, notSent: true}},
		"to a person who is gone":        {bot.Delivery{Kind: bot.Direct, User: "UGONE", Message: post.Message}, slacktest.Fault{}, known{permanent: true, notSent: true}},
		"of an unknown kind":             {bot.Delivery{Kind: "song", Channel: "C1", Message: post.Message}, slacktest.Fault{}, known{permanent: true, notSent: true}},
		"a button without an id":         {bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Buttons: []bot.Button{{Label: "x"}}}}, slacktest.Fault{}, known{permanent: true, notSent: true}},
		"a button with too long a value": {bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Buttons: []bot.Button{{ID: "x", Label: "x", Value: strings.Repeat("é", 2001)}}}}, slacktest.Fault{}, known{permanent: true, notSent: true}},
		"a form without a trigger":       {bot.Delivery{Kind: bot.OpenForm, Form: &bot.Form{}}, slacktest.Fault{}, known{permanent: true, notSent: true}},
		"no form":                        {bot.Delivery{Kind: bot.OpenForm}, slacktest.Fault{}, known{permanent: true, notSent: true}},
		"a form whose trigger is too old": {
			bot.Delivery{Kind: bot.OpenForm, Trigger: "old", Form: &bot.Form{ID: "f", Inputs: []bot.Input{{Name: "a", Label: "a"}}}}, slacktest.Fault{}, known{permanent: true, notSent: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(_ *slacktest.Options, _ *Config, _ *Options, tune *tuning) { tune.call = 300 * time.Millisecond })
			w.slack.Fail("chat.postMessage", c.fault)
			_, err := w.deliver(c.d)
			var e *bot.DeliveryError
			if !errors.As(err, &e) {
				t.Fatalf("the error is %#v", err)
			}
			if got := (known{e.Permanent, e.NotSent, e.RetryAfter}); got != c.want {
				t.Errorf("it is told as %+v: %v", got, err)
			}
		})
	}
}

func TestAServerThatIsNotThereSurelyHasNothing(t *testing.T) {
	w := newWorld(t)
	w.slack.Close()
	_, err := w.deliver(bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: "hola"}})
	var e *bot.DeliveryError
	if !errors.As(err, &e) || !e.NotSent || e.Permanent {
		t.Errorf("the error is %#v", err)
	}
	if strings.Contains(fmt.Sprint(err), "xoxb") {
		t.Errorf("the error holds the token: %v", err)
	}
	if retryAfter(slackgo.StatusCodeError{Code: http.StatusBadGateway}) != 0 {
		t.Error("a bad gateway asks nobody to wait")
	}
}

func TestADoubtfulFormIsOpenedOnce(t *testing.T) {
	w := newWorld(t)
	form := &bot.Form{ID: "f", Title: "Un título bastante más largo que 24", Inputs: []bot.Input{{Name: "a", Label: "a"}}}
	w.slack.Fail("views.open", slacktest.Fault{Lost: true, Done: true})
	d := bot.Delivery{Kind: bot.OpenForm, User: "UANA", Trigger: w.slack.Trigger("UANA"), Form: form}
	if _, err := w.deliver(d); err == nil {
		t.Fatal("the lost call succeeded")
	}
	d.Doubtful = true
	if _, err := w.deliver(d); err != nil || len(w.slack.Views()) != 1 {
		t.Errorf("error %v, forms %v", err, w.slack.Views())
	}
	d.Trigger = w.slack.Trigger("UANA")
	if _, err := w.deliver(d); err != nil || len(w.slack.Views()) != 1 {
		t.Errorf("with another trigger: error %v, forms %v", err, w.slack.Views())
	}
}

func TestFormsThatCannotBeShownWholeAreRefused(t *testing.T) {
	input := bot.Input{Name: "a", Label: "a"}
	for name, f := range map[string]bot.Form{
		"no inputs":            {ID: "f"},
		"a nameless input":     {ID: "f", Inputs: []bot.Input{{Label: "a"}}},
		"a name twice":         {ID: "f", Inputs: []bot.Input{input, input}},
		"too long a value":     {ID: "f", Value: strings.Repeat("x", 3001), Inputs: []bot.Input{input}},
		"an option of nothing": {ID: "f", Inputs: []bot.Input{{Name: "a", Options: []bot.Option{{Label: "x"}}}}},
		"too many options":     {ID: "f", Inputs: []bot.Input{{Name: "a", Options: make([]bot.Option, 101)}}},
	} {
		if _, err := modal(&f); err == nil {
			t.Errorf("%s: it was taken", name)
		}
	}
}

func TestAFormSaysWhatItHolds(t *testing.T) {
	w := newWorld(t)
	_, err := w.deliver(bot.Delivery{Kind: bot.OpenForm, Trigger: w.slack.Trigger("UANA"), Form: &bot.Form{
		ID: "f", Title: "Resolver & cerrar <INC-1> ya", Text: strings.Repeat("largo ", 2000), Submit: "", Value: "INC-1",
		Inputs: []bot.Input{
			{Name: "a", Label: "", Hint: "una pista", Value: "antes & <después>", Optional: true},
			{Name: "b", Label: "B", Value: "2", Options: []bot.Option{{Value: "1", Label: "uno"}, {Value: "2", Label: strings.Repeat("dos ", 30)}}},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var v slackgo.View
	if err := json.Unmarshal(w.slack.Views()[0].JSON, &v); err != nil {
		t.Fatal(err)
	}
	blocks := v.Blocks.BlockSet
	if len(blocks) != 4 || v.PrivateMetadata != "INC-1" || v.CallbackID != "f" || v.Title.Text != "Resolver &amp; cerrar…" {
		t.Fatalf("the form is %+v with %d blocks", v, len(blocks))
	}
	a := blocks[2].(*slackgo.InputBlock)
	if e := a.Element.(*slackgo.PlainTextInputBlockElement); !a.Optional || e.InitialValue != "antes & <después>" || a.Hint.Text != "una pista" {
		t.Errorf("the first input is %+v %+v", a, e)
	}
	if e := blocks[3].(*slackgo.InputBlock).Element.(*slackgo.SelectBlockElement); e.InitialOption.Value != "2" {
		t.Errorf("the choice is %+v", e)
	}
}
