package mattermost

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/bot"
)

// idle is an adapter that knows its server and its people, and calls nobody.
func idle(tb testing.TB) (*Adapter, *server) {
	tb.Helper()
	a, err := New(Config{URL: "http://127.0.0.1:1", Token: "t", CallbackURL: "http://127.0.0.1:1"}, Options{Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		tb.Fatal(err)
	}
	at := &server{me: model.NewId(), username: "sereno", maxPost: 16383}
	a.known.is = at
	a.people.byID = func(_ context.Context, id string) (person, error) {
		return person{id: id, name: "María", username: "maria"}, nil
	}
	a.people.byName = func(_ context.Context, name string) (person, error) { return person{name: strings.ToUpper(name)}, nil }
	return a, at
}

// posted is an event as the WebSocket brings it.
func posted(tb testing.TB, message string) []byte {
	tb.Helper()
	p := &model.Post{Id: model.NewId(), ChannelId: model.NewId(), UserId: model.NewId(), CreateAt: 1795548028614, Message: message}
	data, err := p.ToJSON()
	if err != nil {
		tb.Fatal(err)
	}
	ev := model.NewWebSocketEvent(model.WebsocketEventPosted, "", p.ChannelId, "", nil, "")
	ev.Add("post", data)
	ev.Add("channel_type", "O")
	ev.Add("team_id", model.NewId())
	out, err := ev.ToJSON()
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// taken is an inbox that takes everything at once.
type taken struct{ bot.Inbox }

func (taken) Accept(context.Context, bot.Event) error { return nil }

// BenchmarkEvents: a frame of the WebSocket becomes an accepted event.
func BenchmarkEvents(b *testing.B) {
	a, at := idle(b)
	frame := posted(b, "La API de **pagos** devuelve `500` desde las 9:50, @ana ✅ https://kb.example.com/a")
	s := &session{in: taken{}, at: at}
	for b.Loop() {
		ev, err := model.WebSocketEventFromJSON(strings.NewReader(string(frame)))
		if err != nil {
			b.Fatal(err)
		}
		it, err := a.decode(at, ev)
		if err != nil {
			b.Fatal(err)
		}
		a.live(b.Context(), s, it)
	}
	a.lanes.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkDeliveries: a card with facts, a quotation and signed buttons.
func BenchmarkDeliveries(b *testing.B) {
	a, at := idle(b)
	d := &bot.Delivery{Kind: bot.Post, Channel: model.NewId(), Key: "key", Message: bot.Message{
		Title: "INC-7", Text: "La API de pagos devuelve 500", Quote: strings.Repeat("no anda *nada* desde ayer @all\n", 10), Tone: bot.Warning,
	}}
	for i := range 6 {
		d.Message.Fields = append(d.Message.Fields, bot.Field{Label: fmt.Sprint("Dato ", i), Value: "valor"})
		d.Message.Buttons = append(d.Message.Buttons, bot.Button{ID: "take", Label: "Tomar", Value: "INC-7"})
	}
	for b.Loop() {
		posts, err := a.compose(b.Context(), at, d, d.Channel)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := json.Marshal(posts[0]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
}
