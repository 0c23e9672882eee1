// Goes on with a run of rules, batch after batch, and moves the bar. Without JavaScript the form does the rest at once.
window.wagtail.app.register(
    "planner-run",
    class extends window.StimulusModule.Controller {
        static targets = ["bar", "words", "status", "trouble", "form"];

        static values = { lost: String };

        connect() {
            // Whoever comes from "Apply" finds it going; after a reload it waits for the button.
            if (window.location.hash !== "#go-on" || !this.hasFormTarget) return;
            window.history.replaceState(null, "", window.location.pathname);
            this.run();
        }

        disconnect() {
            this.stopped = true;
        }

        start(event) {
            event.preventDefault();
            this.run();
        }

        async run() {
            this.troubleTarget.hidden = true;
            this.formTarget.hidden = true;
            this.element.classList.add("jp-progress--busy");
            this.statusTarget.textContent = this.wordsTarget.textContent;
            try {
                while (!this.stopped) {
                    const state = await this.batch();
                    if (state.refused) throw new Error(state.refused);
                    this.show(state);
                    if (state.finished) {
                        window.location.reload();
                        return;
                    }
                }
            } catch (error) {
                this.troubleTarget.textContent = error.name === "Error" ? error.message : this.lostValue;
                this.troubleTarget.hidden = false;
                this.formTarget.hidden = false;
                this.element.classList.remove("jp-progress--busy");
            }
        }

        async batch() {
            const response = await fetch(this.formTarget.action, {
                method: "POST",
                body: new FormData(this.formTarget),
                headers: { "X-Requested-With": "XMLHttpRequest" },
            });
            if (!response.ok && response.status !== 409) throw new TypeError(response.statusText);
            return response.json();
        }

        show({ done, total, words }) {
            this.barTarget.max = Math.max(total, 1);
            this.barTarget.value = done;
            this.wordsTarget.textContent = words;
            // Said aloud at each tenth only.
            const tenth = Math.floor((10 * done) / Math.max(total, 1));
            if (tenth !== this.tenth) this.statusTarget.textContent = words;
            this.tenth = tenth;
        }
    },
);
