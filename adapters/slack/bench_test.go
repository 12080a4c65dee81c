package slack

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"sereno/bot"
)

// Signed requests a second, of messages in several channels: checked, decoded
// and accepted by an inbox in memory.
func BenchmarkReceiveByHTTP(b *testing.B) {
	a := offline(b)
	a.session.Store(&session{in: newInbox(), me: identity{user: "UBOT", bot: "BBOT", team: "T1"}})
	handler := a.Handler()
	var n atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			body := fmt.Sprintf(`{"type":"event_callback","api_app_id":"A1","event":{"type":"message","channel":"C%d","user":"UANA","user_team":"T1",`+
				`"text":"La API devuelve *500*","ts":"1700000000.%06d","blocks":%s}}`, i%50, i%1e6, section(`{"type":"text","text":"La API devuelve "},{"type":"text","text":"500","style":{"bold":true}}`))
			r := httptest.NewRequest(http.MethodPost, EventsPath, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			signWith(r.Header, a.config.SigningSecret, body)
			rec := httptest.NewRecorder()
			handler.ServeHTTP(rec, r)
			if rec.Code != http.StatusOK {
				b.Fatalf("answered %d %s", rec.Code, rec.Body)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// Deliveries rendered a second, without sending them: a card, and an answer in Markdown.
func BenchmarkRender(b *testing.B) {
	card := &bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{
		Title: "INC-7 · Acme S.A.", Quote: "<!channel> *no* anda", Footer: "hace 5 min",
		Fields: []bot.Field{{Label: "Prioridad", Value: "Alta"}, {Label: "Estado", Value: "Nuevo"}, {Label: "Vence", Value: "10:50"}},
		Items:  []bot.Item{{Title: "Errores 500", Body: "Qué hacer", URL: "https://kb.example.com/500"}},
		Buttons: []bot.Button{
			{ID: "take", Label: "Tomar", Value: "INC-7", Primary: true}, {ID: "resolve", Label: "Resolver", Value: "INC-7"},
		},
	}}
	answer := &bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{
		From: "Ana", Markdown: "Hacé **esto**:\n\n- `kubectl get pods`\n- [la guía](https://kb.example.com/a)\n\n```sh\nkubectl logs x\n```",
	}}
	for name, d := range map[string]*bot.Delivery{"card": card, "answer": answer} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if len(render(d)) != 1 {
					b.Fatal("it is not one message")
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
		})
	}
}
