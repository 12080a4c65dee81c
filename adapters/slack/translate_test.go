package slack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

func TestWhatPeopleDoBecomesEvents(t *testing.T) {
	first, acked := func(w *world) string { // a message there already, of which the app has not been told
		return w.slack.Store(slacktest.Said{Channel: "C1", User: "UMARIA", Text: "hola"})
	}, func(w *world, e *slacktest.Envelope) { w.Helper(); w.acked(e) }
	maria := bot.Event{Platform: "slack", Channel: "C1", User: "UMARIA", UserName: "María", UserTeam: "T2"}
	ana := bot.Event{Platform: "slack", Channel: "C1", User: "UANA", UserName: "Ana", UserTeam: "T1"}
	with := func(e bot.Event, change func(*bot.Event)) *bot.Event { change(&e); return &e }

	for name, c := range map[string]struct {
		do   func(w *world) (ts string) // "$" in what is wanted stands for it
		want *bot.Event                 // nil: nothing for the bot
	}{
		"a message": {
			do: func(w *world) string {
				ts, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UMARIA", Text: "no anda &lt;nada&gt;"})
				acked(w, e)
				return ts
			},
			want: with(maria, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Text = bot.MessagePosted, "slack:C1:$", "$", "no anda <nada>"
			}),
		},
		"a message that mentions the bot": {
			do: func(w *world) string {
				ts, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UANA", Text: "<@UBOT> take INC-1 with <@UMARIA>"})
				acked(w, e)
				return ts
			},
			want: with(ana, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Text, e.Mentioned = bot.MessagePosted, "slack:C1:$", "$", "take INC-1 with @María", true
			}),
		},
		"a mention and its message are one event": {
			do: func(w *world) string {
				ts, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UANA", Text: "<@UBOT> help"})
				acked(w, e)
				acked(w, w.slack.Mention("C1", ts))
				return ts
			},
			want: with(ana, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Text, e.Mentioned = bot.MessagePosted, "slack:C1:$", "$", "help", true
			}),
		},
		"an answer in a thread": {
			do: func(w *world) string {
				root := first(w)
				ts, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UANA", Text: "lo miro", Thread: root})
				acked(w, e)
				w.in.mu.Lock()
				defer w.in.mu.Unlock()
				if len(w.in.events) != 1 || w.in.events[0].Thread != root {
					w.Errorf("the thread is not %s: %+v", root, w.in.events)
				}
				return ts
			},
			want: with(ana, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Text, e.Thread = bot.MessagePosted, "slack:C1:$", "$", "lo miro", "any"
			}),
		},
		"the root of a thread, which names itself as its thread": {
			do: func(w *world) string {
				w.acked(w.slack.Event(map[string]any{
					"type": "message", "channel": "C1", "user": "UMARIA", "text": "x", "ts": "1700000000.000100", "thread_ts": "1700000000.000100",
				}))
				return "1700000000.000100"
			},
			want: with(maria, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Text = bot.MessagePosted, "slack:C1:$", "$", "x"
			}),
		},
		"an answer broadcast to the channel": {
			do: func(w *world) string {
				ts, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UANA", Text: "listo", Thread: first(w), SubType: "thread_broadcast"})
				acked(w, e)
				return ts
			},
			want: with(ana, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Text, e.Thread = bot.MessagePosted, "slack:C1:$", "$", "listo", "any"
			}),
		},
		"a file with words": {
			do: func(w *world) string {
				ts, e := w.slack.Say(slacktest.Said{
					Channel: "C1", User: "UMARIA", Text: "ver", SubType: "file_share",
					Files: []map[string]any{{"id": "F1", "name": "error.png", "mimetype": "image/png", "size": 1234, "permalink": "https://acme.example/f/1"}},
				})
				acked(w, e)
				return ts
			},
			want: with(maria, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Text = bot.MessagePosted, "slack:C1:$", "$", "ver"
				e.Files = []bot.File{{ID: "F1", Platform: "slack", Name: "error.png", URL: "https://acme.example/f/1", Type: "image/png", Size: 1234}}
			}),
		},
		"a message forwarded without a word": {
			do: func(w *world) string {
				acked(w, w.slack.Event(map[string]any{
					"type": "message", "channel": "C1", "user": "UMARIA", "text": "", "ts": "1700000000.000100", "user_team": "T2",
					"attachments": []any{map[string]any{"is_share": true, "author_id": "UX", "text": "se cayó &amp; no vuelve"}, map[string]any{"id": 2}},
				}))
				return "1700000000.000100"
			},
			want: with(maria, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Text = bot.MessagePosted, "slack:C1:$", "$", "se cayó & no vuelve"
			}),
		},
		"a message by /me": {
			do: func(w *world) string {
				ts, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UMARIA", Text: "espera", SubType: "me_message"})
				acked(w, e)
				return ts
			},
			want: with(maria, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Text = bot.MessagePosted, "slack:C1:$", "$", "espera"
			}),
		},
		"a direct message": {
			do: func(w *world) string {
				ts, e := w.slack.Say(slacktest.Said{Channel: "DMARIA", User: "UMARIA", Text: "hola"})
				acked(w, e)
				return ts
			},
			want: with(maria, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Text, e.Channel, e.Direct = bot.MessagePosted, "slack:DMARIA:$", "$", "hola", "DMARIA", true
			}),
		},
		"the bot's own message": {
			do: func(w *world) string {
				_, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UBOT", BotID: "BBOT", Text: "soy yo"})
				acked(w, e)
				_, e = w.slack.Say(slacktest.Said{Channel: "C1", User: "UBOT", Text: "soy yo"})
				acked(w, e)
				return ""
			},
		},
		"another app's message": {
			do: func(w *world) string {
				_, e := w.slack.Say(slacktest.Said{Channel: "C1", SubType: "bot_message", BotID: "B2", Text: "build failed"})
				acked(w, e)
				_, e = w.slack.Say(slacktest.Said{Channel: "C1", User: "UOTHERBOT", BotID: "B2", Text: "build failed"})
				acked(w, e)
				return ""
			},
		},
		"somebody joining": {
			do: func(w *world) string {
				_, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UANA", SubType: "channel_join", Text: "<@UANA> has joined"})
				acked(w, e)
				return ""
			},
		},
		"an edit": {
			do: func(w *world) string {
				ts := first(w)
				acked(w, w.slack.Edit("C1", ts, "hola, no anda"))
				return ts
			},
			want: with(maria, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Text = bot.MessageEdited, "slack:C1:$:edit:any", "$", "hola, no anda"
			}),
		},
		"an edit that only adds a link's preview": {
			do: func(w *world) string { acked(w, w.slack.Edit("C1", first(w), "hola")); return "" },
		},
		"a deletion": {
			do: func(w *world) string { ts := first(w); acked(w, w.slack.Delete("C1", ts)); return ts },
			want: with(maria, func(e *bot.Event) {
				e.Kind, e.Key, e.Message = bot.MessageDeleted, "slack:C1:$:delete", "$"
			}),
		},
		"a deleted root, which stays as a tombstone": {
			do: func(w *world) string {
				ts := first(w)
				acked(w, w.slack.Event(map[string]any{
					"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "1800000000.000100", "event_ts": "1800000000.000100",
					"message":          map[string]any{"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "ts": ts, "thread_ts": ts},
					"previous_message": map[string]any{"type": "message", "user": "UMARIA", "text": "hola", "ts": ts, "user_team": "T2"},
				}))
				return ts
			},
			want: with(maria, func(e *bot.Event) {
				e.Kind, e.Key, e.Message = bot.MessageDeleted, "slack:C1:$:delete", "$"
			}),
		},
		"a reaction that stands for an action, with the message": {
			do: func(w *world) string { ts := first(w); acked(w, w.slack.React("C1", ts, "UANA", "ticket")); return ts },
			want: with(ana, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Reaction, e.Text = bot.Reacted, "slack:C1:$:reaction:ticket:UANA:any", "$", "ticket", "hola"
				e.Author = &bot.Author{User: "UMARIA", Name: "María", Team: "T2"}
			}),
		},
		"another reaction, of some colour": {
			do: func(w *world) string {
				ts := first(w)
				acked(w, w.slack.React("C1", ts, "UANA", "wave::skin-tone-2"))
				return ts
			},
			want: with(ana, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Reaction = bot.Reacted, "slack:C1:$:reaction:wave::skin-tone-2:UANA:any", "$", "wave"
			}),
		},
		"the bot's own reaction": {
			do: func(w *world) string { acked(w, w.slack.React("C1", first(w), "UBOT", "ticket")); return "" },
		},
		"a command": {
			do: func(w *world) string {
				trigger, e := w.slack.Command("C1", "UANA", "/incident take INC-1 &amp; <@UMARIA|maria>")
				acked(w, e)
				return trigger
			},
			want: with(ana, func(e *bot.Event) {
				e.Kind, e.Key, e.Text, e.Trigger = bot.CommandTyped, "slack:command:$", "/incident take INC-1 & @María", "$"
			}),
		},
		"an emoji that stands for an action, on a message with a file": {
			do: func(w *world) string {
				ts := w.slack.Store(slacktest.Said{
					Channel: "C1", User: "UMARIA", Text: "ver", SubType: "file_share",
					Files: []map[string]any{{"id": "F1", "name": "error.png", "mimetype": "image/png", "size": 1234, "permalink": "https://acme.example/f/1"}},
				})
				acked(w, w.slack.React("C1", ts, "UANA", "ticket"))
				return ts
			},
			want: with(ana, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Text, e.Reaction = bot.Reacted, "slack:C1:$:reaction:ticket:UANA:any", "$", "ver", "ticket"
				e.Author = &bot.Author{User: "UMARIA", Name: "María", Team: "T2"}
				e.Files = []bot.File{{ID: "F1", Platform: "slack", Name: "error.png", URL: "https://acme.example/f/1", Type: "image/png", Size: 1234}}
			}),
		},
		"the shortcut on a customer's message": {
			do: func(w *world) string {
				ts := first(w)
				acked(w, w.slack.Shortcut("C1", ts, "UANA", Shortcut))
				return ts
			},
			want: with(ana, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Text, e.Trigger = bot.OpenAsked, "slack:C1:$:open:any", "$", "hola", "any"
				e.Author = &bot.Author{User: "UMARIA", Name: "María", Team: "T2"}
			}),
		},
		"another organisation's file": {
			do: func(w *world) string {
				foreign := w.slack.AddFile(slacktest.File{ID: "F2", Name: "app.log", Type: "text/plain", Content: []byte("ay"), Foreign: true})
				ts, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UMARIA", SubType: "file_share", Files: []map[string]any{foreign}})
				acked(w, e)
				return ts
			},
			want: with(maria, func(e *bot.Event) {
				e.Kind, e.Key, e.Message = bot.MessagePosted, "slack:C1:$", "$"
				e.Files = []bot.File{{
					ID: "F2", Platform: "slack", Name: "app.log", URL: "https://test.slack.com/files/U/F2", Type: "text/plain", Size: 2,
				}}
			}),
		},
		"a file that is gone": {
			do: func(w *world) string {
				ts, e := w.slack.Say(slacktest.Said{
					Channel: "C1", User: "UMARIA", Text: "x", SubType: "file_share", Files: []map[string]any{{"id": "F3", "mode": "tombstone"}},
				})
				acked(w, e)
				return ts
			},
			want: with(maria, func(e *bot.Event) {
				e.Kind, e.Key, e.Message, e.Text = bot.MessagePosted, "slack:C1:$", "$", "x"
			}),
		},
		"somebody looks at their own page": {
			do: func(w *world) string { acked(w, w.slack.OpenHome("UANA", "home")); return "" },
			want: with(ana, func(e *bot.Event) {
				e.Kind, e.Key, e.Channel = bot.HomeOpened, "slack:home:UANA:any", ""
			}),
		},
		"somebody looks at the messages with the bot": {
			do: func(w *world) string { acked(w, w.slack.OpenHome("UANA", "messages")); return "" },
		},
		"a button on one's own page": {
			do: func(w *world) string {
				_, err := w.deliver(bot.Delivery{Kind: bot.Home, User: "UANA", Message: bot.Message{Buttons: []bot.Button{{ID: "take", Label: "Take", Value: "INC-1"}}}})
				if err != nil {
					w.Fatal(err)
				}
				e, ok := w.slack.PressHome("UANA", "take")
				if !ok {
					w.Fatal("there is no such button")
				}
				acked(w, e)
				return ""
			},
			want: with(ana, func(e *bot.Event) {
				e.Kind, e.Key, e.Channel, e.Button, e.Value, e.Trigger = bot.ButtonPressed, "slack:home:UANA:press:take:any", "", "take", "INC-1", "any"
			}),
		},
		"the global shortcut": {
			do: func(w *world) string { acked(w, w.slack.Global("UANA", GlobalShortcut)); return "" },
			want: with(ana, func(e *bot.Event) {
				e.Kind, e.Key, e.Channel, e.Text, e.Trigger = bot.CommandTyped, "slack:shortcut:any", "", "/incident new", "any"
			}),
		},
		"somebody else's global shortcut": {
			do: func(w *world) string { acked(w, w.slack.Global("UANA", "other")); return "" },
		},
		"somebody else's shortcut": {
			do: func(w *world) string { acked(w, w.slack.Shortcut("C1", first(w), "UANA", "other")); return "" },
		},
	} {
		for _, mode := range []Mode{Socket, HTTP} {
			t.Run(name+" by "+string(mode), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, func(_ *slacktest.Options, c *Config, o *Options, _ *tuning) {
					c.Mode = mode
					o.Acting = func(r string) bool { return r == "ticket" }
				})
				if mode == HTTP {
					w.serve()
				}
				w.run()
				id := c.do(w)
				got := w.in.all()
				if c.want == nil {
					if len(got) > 0 {
						t.Fatalf("it became %+v", got)
					}
					return
				}
				if len(got) != 1 {
					t.Fatalf("it became %d events: %+v", len(got), got)
				}
				want := expand(*c.want, id, &got[0])
				if diff := cmp.Diff(want, got[0], cmpopts.IgnoreFields(bot.Event{}, "At"), cmpopts.IgnoreFields(bot.Author{}, "At")); diff != "" {
					t.Error(diff)
				}
				if about := got[0].Author; about != nil {
					if at, ok := instant(got[0].Message); !ok || !at.Equal(about.At) {
						t.Errorf("the message was written at %s, not at %s", at, about.At)
					}
				}
				if at, ok := instant(got[0].Message); ok && got[0].Kind == bot.MessagePosted && !at.Equal(got[0].At) {
					t.Errorf("it happened at %s, not at the message's %s", got[0].At, at)
				}
				if got[0].At.IsZero() {
					t.Error("it has no time")
				}
			})
		}
	}
}

// expand puts the id for "$", and what the platform made up for "any".
func expand(want bot.Event, id string, got *bot.Event) bot.Event {
	put := func(s *string, from string) {
		out := ""
		for i, part := range splitKeep(*s) {
			switch {
			case part == "$":
				out += id
			case part == "any" && from != "":
				out += lastOf(from, i)
			default:
				out += part
			}
		}
		*s = out
	}
	put(&want.Key, got.Key)
	put(&want.Message, got.Message)
	put(&want.Trigger, got.Trigger)
	put(&want.Thread, got.Thread)
	return want
}
