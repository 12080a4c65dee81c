package bot

// pageFared hears what became of a page after its platform took it: it reached
// the person, was seen, or did not arrive after all.
func (d *Desk) pageFared() error {
	d.bot.Logger.Info("a page fared", "how", d.event.Kind, "delivery", d.event.Delivery, "platform", d.event.Platform, "cause", d.event.Text)
	return nil
}
