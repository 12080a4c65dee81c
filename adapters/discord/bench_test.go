package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/bwmarrin/discordgo"

	"sereno/adapters/adaptertest"
	"sereno/bot"
)

// taker is an inbox that takes everything at once.
type taker struct{ adaptertest.Inbox }

func (*taker) Accept(context.Context, bot.Event) error { return nil }

// Events a second, of messages in several channels, without a network: decoded,
// put into the core's words and accepted by an inbox in memory.
func BenchmarkDecode(b *testing.B) {
	a, err := New(Config{Token: secretToken}, Options{Logger: new(adaptertest.Log).Logger()})
	if err != nil {
		b.Fatal(err)
	}
	for i := range 50 {
		a.places.learn("1", place{ID: fmt.Sprint(80351110224670000 + i), Type: guildText, Guild: "1"})
	}
	a.session.Store(&session{in: &taker{}, me: identity{"80", "80"}})
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		a.dispatch(b.Context(), &discordgo.Event{Type: "MESSAGE_CREATE", Sequence: int64(n), RawData: json.RawMessage(fmt.Sprintf(
			`{"id":"%d","channel_id":"%d","guild_id":"1","author":{"id":"%s","username":"maria","global_name":"María"},"member":{"nick":null,"roles":["9"]},`+
				`"content":"La API devuelve **500** desde las 9:50, <@7>: https://status.example.com/a?b=c","type":0,"mentions":[{"id":"7","username":"ana"}],`+
				`"attachments":[],"embeds":[],"timestamp":"2026-11-24T10:00:00.000000+00:00","edited_timestamp":null}`,
			1500000000000000000+n, 80351110224670000+n%50, maria))})
	}
	a.lanes.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// Deliveries rendered a second, without sending them: a card, and an answer in Markdown.
func BenchmarkRender(b *testing.B) {
	a, err := New(Config{Token: secretToken}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	for name, m := range map[string]bot.Message{
		"card": {
			Title: "INC-7 · Acme S.A.", Quote: "@everyone *no* anda", Footer: "hace 5 min",
			Fields: []bot.Field{{Label: "Prioridad", Value: "Alta"}, {Label: "Estado", Value: "Nuevo"}, {Label: "Vence", Value: "10:50"}},
			Items:  []bot.Item{{Title: "Errores 500", Body: "Qué hacer", URL: "https://kb.example.com/500"}},
			Buttons: []bot.Button{
				{ID: "take", Label: "Tomar", Value: "INC-7", Primary: true}, {ID: "resolve", Label: "Resolver", Value: "INC-7"},
			},
		},
		"answer": {From: "Ana", Markdown: "Hacé **esto**:\n\n- `kubectl get pods`\n- [la guía](https://kb.example.com/a)\n\n```sh\nkubectl logs x\n```"},
	} {
		b.Run(name, func(b *testing.B) {
			d := &bot.Delivery{Kind: bot.Post, Channel: team, Message: m}
			b.ReportAllocs()
			for b.Loop() {
				parts, err := a.render(d)
				if err != nil || len(parts) != 1 {
					b.Fatalf("%d messages, %v", len(parts), err)
				}
				if _, err := json.Marshal(parts[0].payload()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
		})
	}
}
