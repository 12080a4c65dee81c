package discord

import (
	"slices"
	"testing"
	"time"

	"sereno/adapters/adaptertest"
	"sereno/adapters/discord/discordtest"
	"sereno/bot"
)

func TestAPostInAForumIsAMessageAtTheRoot(t *testing.T) {
	w := newWorld(t).run()
	id := w.discord.Start(maria, forum, "La API da *500*", "desde **las nueve**")
	e := w.posted(id)
	if e.Channel != forum || e.Thread != "" || e.Text != "La API da *500*\ndesde las nueve" || e.Markdown == "" || e.UserName != "María" {
		t.Errorf("the post is %+v", e)
	}
	answer := w.posted(w.wire.Say(ana, forum, id, "la miro"))
	if answer.Channel != forum || answer.Thread != id || answer.Text != "la miro" {
		t.Errorf("the answer is %+v", answer)
	}
	r := w.send(bot.Delivery{Kind: bot.Post, Channel: forum, Thread: bot.Ref{Message: id}, Message: bot.Message{Text: "recibido"}})
	shown := w.wire.Channel(forum)
	if last := shown[len(shown)-1]; last.ID != r.Message || last.Thread != id || r.Channel != forum {
		t.Errorf("the answer is %+v, the receipt %+v", last, r)
	}
	w.wire.Edit(forum, id, "desde las diez")
	if e := w.heard("the edit", func(e bot.Event) bool { return e.Kind == bot.MessageEdited }); e.Thread != "" || e.Message != id {
		t.Errorf("the edit is %+v", e)
	}
}

func TestForumPostsThatWereMissedAreRead(t *testing.T) {
	w := newWorld(t).run()
	known := w.discord.Start(maria, forum, "uno", "primero")
	w.posted(known)
	w.stop()
	missed := w.discord.Start(maria, forum, "dos", "segundo")
	w.wire.Say(maria, forum, missed, "en el segundo")
	w.wire.Say(maria, forum, known, "en el primero")
	w.restart()
	if e := w.posted(missed); e.Text != "dos\nsegundo" || e.Thread != "" {
		t.Errorf("the post is %+v", e)
	}
	w.heard("the answers", func(e bot.Event) bool { return e.Text == "en el segundo" && e.Thread == missed })
	w.heard("the answers", func(e bot.Event) bool { return e.Text == "en el primero" && e.Thread == known })
}

// restart runs another adapter on the same inbox and waits until it has caught up.
func (w *world) restart() {
	w.Helper()
	a, err := New(w.a.config, Options{Logger: w.a.log, Client: w.a.api.Client, Commands: w.a.specs})
	if err != nil {
		w.Fatal(err)
	}
	a.tune, a.pace = w.a.tune, nil
	w.a = a
	w.run()
}

func TestThreadsThatWereArchivedMeanwhileAreRead(t *testing.T) {
	w := newWorld(t).run()
	var roots []string
	for range 5 { // more than a page of archived threads in discordtest
		root := w.wire.Say(maria, support, "", "raíz")
		w.posted(root)
		w.posted(w.wire.Say(maria, support, root, "conocida"))
		roots = append(roots, root)
	}
	w.stop()
	for _, root := range roots {
		w.wire.Say(maria, support, root, "perdida en "+root)
		w.discord.Archive(root, false)
	}
	w.restart()
	for _, root := range roots {
		w.heard("the answer in "+root, func(e bot.Event) bool { return e.Text == "perdida en "+root && e.Thread == root })
	}
}

func TestAReplyIsInTheThreadOfWhatItRepliesTo(t *testing.T) {
	w := newWorld(t).run()
	root := w.wire.Say(maria, support, "", "no anda")
	w.posted(root)
	first := w.discord.Reply(ana, support, root, "¿desde cuándo?")
	second := w.discord.Reply(maria, support, first, "desde ayer")
	for _, id := range []string{first, second} {
		if e := w.posted(id); e.Thread != root || e.Channel != support {
			t.Errorf("the reply is %+v", e)
		}
	}
	w.wire.Delete(support, second)
	if e := w.heard("the removal", func(e bot.Event) bool { return e.Kind == bot.MessageDeleted }); e.Thread != root {
		t.Errorf("the removal is %+v", e)
	}
}

func TestAThreadThatBeganWithoutAMessageIsAThread(t *testing.T) {
	w := newWorld(t).run()
	thread := w.discord.Start(maria, support, "charla", "")
	if e := w.posted(w.wire.Say(maria, support, thread, "hola")); e.Channel != support || e.Thread != thread {
		t.Errorf("it is %+v", e)
	}
	r := w.send(bot.Delivery{Kind: bot.Post, Channel: support, Thread: bot.Ref{Message: thread}, Message: bot.Message{Text: "respuesta"}})
	all := w.wire.Channel(support)
	if last := all[len(all)-1]; last.ID != r.Message || last.Thread != thread {
		t.Errorf("the answer is %+v", last)
	}
}

func TestSeveralMessagesThatAreDeletedAtOnceAreEachGone(t *testing.T) {
	w := newWorld(t).run()
	one, two := w.wire.Say(maria, support, "", "uno"), w.wire.Say(maria, support, "", "dos")
	w.posted(one)
	w.posted(two)
	w.discord.DeleteAll(support, one, two)
	for _, id := range []string{one, two} {
		w.heard("gone", func(e bot.Event) bool { return e.Kind == bot.MessageDeleted && e.Message == id && e.Channel == support })
	}
}

func TestRolesAreToldOfThoseThatAreKnown(t *testing.T) {
	for name, c := range map[string]struct{ groups, want []string }{
		"all when none are named":   {nil, []string{agents}},
		"those that are named":      {[]string{agents, "5"}, []string{agents}},
		"none of those that remain": {[]string{"5"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(_ *discordtest.Options, _ *Config, o *Options, _ *tuning) { o.Groups = c.groups }).run()
			if e := w.posted(w.wire.Say(ana, support, "", "hola")); !slices.Equal(e.Groups, c.want) || e.UserTeam != discordtest.Guild {
				t.Errorf("it is %+v", e)
			}
		})
	}
}

func TestWhatNobodyWroteIsNotHeard(t *testing.T) {
	w := newWorld(t).run()
	head := `{"id":"1500000000000000001","channel_id":"` + support + `","guild_id":"` + discordtest.Guild + `","author":{"id":"` + maria + `"},"content":"x"`
	for _, rest := range []string{
		`,"type":7}`, `,"type":18}`, `,"type":21}`, // joins, threads
		`,"type":0,"webhook_id":"1500000000000000009"}`,
		`,"type":0,"author":{"id":"` + robot + `","bot":true}}`,
		`,"type":0,"author":{"id":"1","system":true}}`,
	} {
		w.discord.Dispatch("MESSAGE_CREATE", head+rest)
	}
	w.discord.Dispatch("MESSAGE_UPDATE", head+`,"type":0,"edited_timestamp":null}`) // a link's preview
	w.posted(w.wire.Say(maria, support, "", "hola"))
	if all := w.in.Events(); len(all) != 1 {
		t.Errorf("accepted: %+v", all)
	}
}

func TestOnlyTheConfiguredServerIsListenedTo(t *testing.T) {
	w := newWorld(t, func(_ *discordtest.Options, c *Config, _ *Options, _ *tuning) { c.Guild = discordtest.Guild }).run()
	w.discord.Dispatch("MESSAGE_CREATE", `{"id":"1500000000000000001","channel_id":"`+support+`","guild_id":"42","author":{"id":"`+maria+`"},"content":"x","type":0}`)
	w.posted(w.wire.Say(maria, support, "", "hola"))
	w.posted(w.wire.Say(maria, "", "", "directo"))
	if all := w.in.Events(); len(all) != 2 {
		t.Errorf("accepted: %+v", all)
	}
}

func TestAReactionThatStandsForAnActionTellsOfItsMessage(t *testing.T) {
	w := newWorld(t, func(_ *discordtest.Options, _ *Config, o *Options, _ *tuning) {
		o.Acting = func(name string) bool { return name == "ticket" }
	}).run()
	id := w.wire.Say(maria, support, "", "no **anda**")
	w.wire.React(ana, support, id, "ticket")
	e := w.heard("the reaction", func(e bot.Event) bool { return e.Kind == bot.Reacted })
	if e.Text != "no anda" || e.Author == nil || e.Author.User != maria || e.User != ana || e.UserName != "Ana" || e.Author.At.IsZero() {
		t.Errorf("it is %+v, its author %+v", e, e.Author)
	}
	w.discord.Dispatch("MESSAGE_REACTION_ADD", `{"user_id":"`+ana+`","channel_id":"`+support+`","message_id":"`+id+`","guild_id":"`+
		discordtest.Guild+`","emoji":{"id":"77","name":"faro"}}`)
	w.heard("a reaction of the server's own", func(e bot.Event) bool { return e.Reaction == "faro" })
}

func TestAForwardedMessageIsHeardWithItsWords(t *testing.T) {
	w := newWorld(t).run()
	w.discord.Dispatch("MESSAGE_CREATE", `{"id":"1500000000000000001","channel_id":"`+support+`","guild_id":"`+discordtest.Guild+`",
		"author":{"id":"`+maria+`","username":"m"},"content":"","type":0,"message_reference":{"type":1,"message_id":"7","channel_id":"8"},
		"message_snapshots":[{"message":{"content":"lo que *dijo* el proveedor","attachments":[{"id":"1500000000000000002","filename":"a.log","size":3,"url":"https://cdn.discordapp.com/x"}]}}]}`)
	if e := w.posted("1500000000000000001"); e.Text != "lo que dijo el proveedor" || len(e.Files) != 1 || e.Thread != "" {
		t.Errorf("it is %+v", e)
	}
}

func TestOnlyAfterTheFirstMessageThereIsAPastToRead(t *testing.T) {
	w := newWorld(t)
	w.wire.Say(maria, support, "", "de antes de que viniera el bot")
	w.run()
	w.posted(w.wire.Say(maria, support, "", "hola"))
	if all := w.in.Events(); len(all) != 1 {
		t.Errorf("accepted: %+v", all)
	}
}

func TestASweepFindsWhatTheGatewayDidNotBring(t *testing.T) {
	w := newWorld(t, func(_ *discordtest.Options, _ *Config, _ *Options, tune *tuning) { tune.sweep = 60 * time.Millisecond }).run()
	w.posted(w.wire.Say(maria, support, "", "uno"))
	w.discord.Hide(1)
	w.posted(w.wire.Say(maria, support, "", "dos, que nadie trae"))
	w.until("a new session", func() bool { _, identified, _ := w.discord.Connected(); return identified > 1 })
}

func TestEditsOfWhatWasReadBeforeARestartAreHeardOnce(t *testing.T) {
	w := newWorld(t).run()
	live, later := w.wire.Say(maria, support, "", "uno"), w.wire.Say(maria, support, "", "dos")
	w.posted(later)
	w.wire.Edit(support, live, "uno, mejor")
	w.heard("the live edit", func(e bot.Event) bool { return e.Kind == bot.MessageEdited && e.Text == "uno, mejor" })
	w.stop()
	w.wire.Edit(support, later, "dos, mejor")
	w.restart()
	w.heard("the edit that was missed", func(e bot.Event) bool { return e.Kind == bot.MessageEdited && e.Text == "dos, mejor" })
	if all := w.in.Events(); len(all) != 4 {
		t.Errorf("accepted: %+v", all)
	}
}

func TestAChannelThatIsNoneHoldsUpNoOther(t *testing.T) {
	w := newWorld(t)
	w.in = adaptertest.NewInbox("general", "80351110224670009", support)
	w.run()
	w.posted(w.wire.Say(maria, support, "", "hola"))
	if bad := w.log.Errors(); len(bad) != 2 {
		t.Errorf("logged: %q", bad)
	}
}
