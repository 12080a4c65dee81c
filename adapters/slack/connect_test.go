package slack

import (
	"errors"
	"slices"
	"strings"
	"testing"

	slackgo "github.com/slack-go/slack"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

// somebody of Globex, an Enterprise organisation, in acme's channel.
func TestWhereSomebodyBelongsIsWhatTheConfigurationNames(t *testing.T) {
	for name, c := range map[string]struct {
		named string // by the configuration
		said  []string
		who   person
		want  string
	}{
		"the workspace that came with the event":                 {"T2", []string{"T2", "T2"}, person{team: "T9"}, "T2"},
		"the organisation, of which the event names a workspace": {"E7", []string{"T2"}, person{team: "T2", teams: []string{"E7", "T2", "T3"}}, "E7"},
		"a workspace, of which the event names the organisation": {"T3", []string{"E7"}, person{team: "E7", teams: []string{"E7", "T2", "T3"}}, "T3"},
		"what Slack says first, where none is named":             {"", []string{"", "T2"}, person{team: "T9"}, "T2"},
		"what is known of them, where nothing came along":        {"", []string{""}, person{team: "T9", teams: []string{"E7"}}, "T9"},
		"nothing, of whom nothing is known":                      {"T2", []string{""}, person{}, ""},
	} {
		w := newWorld(t, func(_ *slacktest.Options, _ *Config, o *Options, _ *tuning) {
			o.Workspace = func(id string) bool { return id == c.named }
		})
		if got := w.a.belongs(c.who, c.said...); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestWhoCannotBeWrittenToIsAskedToWrite(t *testing.T) {
	secret := bot.Message{Text: "tu contrato vence mañana"}
	for name, c := range map[string]struct {
		aside  func(string) string
		direct slacktest.Fault
		want   string // in the channel
		failed bool
	}{
		"by a direct message where that is possible": {want: ""},
		"else with a hint in the channel":            {aside: func(string) string { return "Escribime <directo>." }, direct: slacktest.Fault{Error: "invalid_user_combination"}, want: "<@UMARIA> Escribime &lt;directo&gt;."},
		"not while Slack only stumbles":              {aside: func(string) string { return "x" }, direct: slacktest.Fault{Error: "internal_error"}, failed: true},
		"and is given up where there are no words":   {direct: slacktest.Fault{Error: "user_not_visible"}, failed: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(_ *slacktest.Options, _ *Config, o *Options, _ *tuning) { o.Aside = c.aside })
			root := w.missed("", "hola")[0]
			w.slack.Fail("chat.postEphemeral", slacktest.Fault{Error: "user_not_in_channel"})
			if c.direct.Error != "" {
				w.slack.Fail("conversations.open", c.direct)
			}
			_, err := w.deliver(bot.Delivery{Kind: bot.Ephemeral, Channel: "C1", User: "UMARIA", Thread: bot.Ref{Message: root}, Message: secret})
			var known *bot.DeliveryError
			if (err != nil) != c.failed || err != nil && !errors.As(err, &known) {
				t.Fatalf("the error is %v", err)
			}
			said := w.slack.Messages("C1")[1:]
			if c.want == "" && len(said) > 0 || c.want != "" && (len(said) != 1 || said[0].Text != c.want || said[0].Thread != root) {
				t.Errorf("in the channel is %+v", said)
			}
			for _, m := range w.slack.Messages("C1") {
				if strings.Contains(m.Text+string(m.Blocks), "contrato") {
					t.Errorf("everybody sees %+v", m)
				}
			}
		})
	}
}

func TestEventsSayInWhichGroupsSomebodyIs(t *testing.T) {
	w := newWorld(t, func(_ *slacktest.Options, _ *Config, o *Options, _ *tuning) {
		o.Groups = func() []string { return []string{"S1", "S2", "SNONE"} }
	})
	w.slack.SetGroup("S1", "UANA", "ULUIS")
	w.slack.SetGroup("S2", "UANA")
	w.run()
	say := func() []string {
		before := len(w.in.all())
		_, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UANA", Text: "hola"})
		w.acked(e)
		return w.in.all()[before].Groups
	}
	w.until("the groups were read", func() bool {
		return len(w.slack.Calls("usergroups.users.list")) == 3 && w.slack.UnderWay("usergroups.users.list") == 0
	})
	eventually(t, func() bool { return slices.Equal(say(), []string{"S1", "S2"}) })
	w.slack.SetGroup("S1", "ULUIS")
	w.acked(w.slack.Event(map[string]any{"type": "subteam_members_changed", "subteam_id": "S1"}))
	eventually(t, func() bool { return slices.Equal(say(), []string{"S2"}) })
	// Those whom we knew are believed on while Slack does not answer.
	w.slack.Fail("usergroups.users.list", slices.Repeat([]slacktest.Fault{{Error: "missing_scope"}}, 3)...)
	w.acked(w.slack.Event(map[string]any{"type": "subteam_updated"}))
	w.until("they were asked for again", func() bool { return len(w.slack.Calls("usergroups.users.list")) == 9 })
	if got := say(); !slices.Equal(got, []string{"S2"}) {
		t.Errorf("she is in %v", got)
	}
}

// eventually asks again until it holds.
func eventually(t *testing.T, cond func() bool) {
	t.Helper()
	for range 200 {
		if cond() {
			return
		}
	}
	t.Error("it did not become so")
}

func TestWhoseTokenItIs(t *testing.T) {
	for name, c := range map[string]struct {
		team string
		who  slackgo.AuthTestResponse
		want bool
	}{
		"none is named":                           {"", slackgo.AuthTestResponse{TeamID: "T1"}, true},
		"the workspace":                           {"T1", slackgo.AuthTestResponse{TeamID: "T1"}, true},
		"another workspace":                       {"T2", slackgo.AuthTestResponse{TeamID: "T1"}, false},
		"the organisation of the workspace":       {"E1", slackgo.AuthTestResponse{TeamID: "T1", EnterpriseID: "E1"}, true},
		"a workspace, by an organisation's token": {"T2", slackgo.AuthTestResponse{TeamID: "E1", EnterpriseID: "E1"}, true},
		"another organisation":                    {"E2", slackgo.AuthTestResponse{TeamID: "E1", EnterpriseID: "E1"}, false},
	} {
		a := offline(t)
		a.config.Team = c.team
		if got := a.ours(&c.who); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
