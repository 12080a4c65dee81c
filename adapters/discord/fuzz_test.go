package discord

import (
	"encoding/json"
	"testing"

	"github.com/bwmarrin/discordgo"

	"sereno/adapters/adaptertest"
	"sereno/adapters/discord/discordtest"
)

// payloads are events as the gateway sends them, and some that it never does.
var payloads = map[string][]string{
	"MESSAGE_CREATE": {
		`{"id":"1500000000000000001","channel_id":"80351110224670100","guild_id":"1","author":{"id":"7","username":"m","global_name":null},"member":{"nick":null,"roles":["9"]},"content":"**a** <@7> <:x:1>","type":0,"mentions":[{"id":"7","username":"m","member":{"nick":"M"}}],"nonce":123}`,
		`{"id":"1500000000000000001","channel_id":"80351110224670100","author":{"id":"7"},"content":"","type":19,"message_reference":{"message_id":"5"},"referenced_message":null,"attachments":[{"id":"3","filename":"a","size":1,"url":"x"}]}`,
		`{"id":"1500000000000000001","channel_id":"80351110224670100","author":{"id":"7"},"type":0,"components":[{"type":17,"components":[{"type":10,"content":"x"}]}],"embeds":[{"type":"rich","fields":null}],"poll":{}}`,
	},
	"MESSAGE_UPDATE":       {`{"id":"1500000000000000001","channel_id":"80351110224670100","author":{"id":"7"},"edited_timestamp":"2026-11-24T10:00:00.000000+00:00","type":0,"content":"x"}`, `{"id":"1500000000000000001","channel_id":"80351110224670100","embeds":[]}`},
	"MESSAGE_DELETE":       {`{"id":"1500000000000000001","channel_id":"80351110224670100"}`},
	"MESSAGE_DELETE_BULK":  {`{"ids":["1500000000000000001","x"],"channel_id":"80351110224670100"}`},
	"MESSAGE_REACTION_ADD": {`{"user_id":"7","channel_id":"80351110224670100","message_id":"1500000000000000001","emoji":{"id":null,"name":"👍"},"member":{"user":{"id":"7"},"roles":[]}}`},
	"GUILD_CREATE":         {`{"id":"1","channels":[{"id":"80351110224670100","type":0,"permission_overwrites":[{"id":"1","type":0,"allow":"1","deny":"2"}]}],"threads":[],"roles":[{"id":"9","name":"a","tags":{"bot_id":"3"}}]}`},
	"THREAD_CREATE":        {`{"id":"5","type":11,"parent_id":"80351110224670100","thread_metadata":{"archived":false}}`},
	"THREAD_LIST_SYNC":     {`{"guild_id":"1","threads":[{"id":"5"}]}`},
	"GUILD_ROLE_DELETE":    {`{"guild_id":"1","role_id":"9"}`},
	"INTERACTION_CREATE": {
		`{"id":"1500000000000000001","application_id":"80351110224678001","type":2,"token":"t","channel_id":"80351110224670100","guild_id":"1","member":{"user":{"id":"7"}},"data":{"name":"incident","type":1,"options":[{"name":"take","type":1,"options":[{"name":"incident","type":3,"value":"INC-7"}]}]}}`,
		`{"id":"1500000000000000001","application_id":"80351110224678001","type":3,"token":"t","channel_id":"80351110224670100","user":{"id":"7"},"message":{"id":"5"},"data":{"custom_id":"2#take|INC-7","component_type":2}}`,
		`{"id":"1500000000000000001","application_id":"80351110224678001","type":5,"token":"t","channel_id":"80351110224670100","user":{"id":"7"},"data":{"custom_id":"f|v","components":[{"type":18,"component":{"type":3,"custom_id":"a","values":["b"]}},{"type":1,"components":[{"type":4,"custom_id":"c","value":"d"}]}]}}`,
		`{"id":"1500000000000000001","application_id":"80351110224678001","type":4,"token":"t","channel_id":"80351110224670100","user":{"id":"7"},"data":{"name":"kb","type":1,"options":[{"name":"question","type":3,"value":7.5,"focused":true}]}}`,
	},
}

// FuzzPayloads: nothing that the gateway sends makes the adapter panic, or
// accept what has no key, person or place.
func FuzzPayloads(f *testing.F) {
	for kind, all := range payloads {
		for _, data := range all {
			f.Add(kind, data)
		}
	}
	f.Add("MESSAGE_CREATE", `null`)
	f.Add("READY", `[]`)
	server, err := discordtest.New(discordtest.Options{Token: secretToken})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(server.Close)
	people(server)
	f.Fuzz(func(t *testing.T, kind, data string) {
		if !json.Valid([]byte(data)) {
			return
		}
		a, err := New(Config{Token: secretToken, APIURL: server.URL()}, Options{Logger: new(adaptertest.Log).Logger(), Commands: spoken})
		if err != nil {
			t.Fatal(err)
		}
		a.tune = quick
		a.tune.hold, a.tune.linger = 0, 0
		a.places.learn("1", place{ID: support, Type: guildText, Guild: "1"})
		in := adaptertest.NewInbox(support)
		s := &session{in: in, me: identity{discordtest.Bot, discordtest.App}}
		event := &discordgo.Event{Type: kind, Sequence: 1, RawData: json.RawMessage(data)}
		if kind == "INTERACTION_CREATE" {
			var i interaction
			if decode(event.RawData, &i) == nil {
				_ = spoken.line(i.Data.Name, i.Data.Options)
				_, _, _ = spoken.focused(i.Data.Name, i.Data.Options)
				_ = fields(i.Data.Components)
				_, _ = a.meaning(s.me, &i)
			}
			return
		}
		arrivals, err := a.understand(s, event)
		if err != nil {
			return
		}
		for _, it := range arrivals {
			if it.lane != support { // elsewhere Discord is asked, which is not what is tried here
				continue
			}
			e, err := it.event(t.Context())
			if err == nil && e != nil && (e.Key == "" || e.Channel == "" || e.At.IsZero()) {
				t.Errorf("%s became %+v", data, e)
			}
		}
	})
}

func FuzzTriggers(f *testing.F) {
	f.Add("1500000000000000001.80351110224678001.c.aW50")
	f.Fuzz(func(t *testing.T, s string) {
		if got, ok := readTrigger(s); ok && got.String() != s {
			t.Errorf("%q is read as %q", s, got)
		}
	})
}
