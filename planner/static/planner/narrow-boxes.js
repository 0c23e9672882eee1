// Narrows a long list of boxes to what matches; what is chosen stays. Without JavaScript all boxes stand there.
window.wagtail.app.register(
    "planner-narrow",
    class extends window.StimulusModule.Controller {
        static targets = ["tool", "text", "said", "fold"];

        static values = { count: String };

        connect() {
            this.toolTarget.hidden = false;
        }

        narrow() {
            const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
            const words = plain(this.textTarget.value).split(/\s+/).filter(Boolean);
            const labels = [...this.element.querySelectorAll(".jp-ticks label")];
            let matching = 0;
            for (const label of labels) {
                const text = plain(label.textContent);
                const matches = words.every((word) => text.includes(word));
                matching += matches;
                label.hidden = !matches && !label.querySelector("input").checked;
            }
            for (const part of this.element.querySelectorAll(".jp-ticks__part")) {
                part.hidden = !part.querySelector("label:not([hidden])");
            }
            if (this.hasFoldTarget && words.length) this.foldTarget.open = true;
            this.saidTarget.textContent = words.length
                ? this.countValue.replace("{matching}", matching).replace("{all}", labels.length)
                : "";
        }

        // The text is no part of the form: it asks for no new hints, and Enter in it saves nothing.
        keep(event) {
            if (event.key === "Enter") event.preventDefault();
            event.stopPropagation();
        }
    },
);
