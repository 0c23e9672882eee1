// Keeps what a plan's form says about gaps, messages and questions true while it is filled in. Without JavaScript the
// saved state stands there.
window.wagtail.app.register(
    "planner-hints",
    class extends window.StimulusModule.Controller {
        static targets = ["region", "item", "said"];

        static values = { url: String, prefix: String, failed: String };

        static names = ["personas", "phases", "for_everyone", "target_date", "customer_question"];

        disconnect() {
            clearTimeout(this.timer);
        }

        // Several boxes ticked in one go are one question.
        refresh() {
            this.changed = true;
            clearTimeout(this.timer);
            this.timer = setTimeout(() => this.ask(), 150);
        }

        // An autosave has stored what was ticked: of what is live that is counted from now on.
        again() {
            if (!this.changed) return;
            this.changed = false;
            this.asked = "";
            this.ask();
        }

        async ask() {
            const query = new URLSearchParams();
            for (const name of this.constructor.names) {
                for (const field of this.element.querySelectorAll(`[name="${this.prefixValue}${name}"]`)) {
                    if (field.value && (field.type !== "checkbox" || field.checked)) query.append(name, field.value);
                }
            }
            if (this.hasItemTarget) query.append("item", this.itemTarget.value);
            const asked = `${this.urlValue}?${query}`;
            if (this.asked === asked) return;
            this.asked = asked;
            const turn = (this.turn = (this.turn ?? 0) + 1);
            const response = await fetch(asked, { headers: { "X-Requested-With": "XMLHttpRequest" } }).catch(() => null);
            const html = response?.ok ? await response.text() : "";
            // A slower answer must not overwrite a later one, which may be to the same question: what is stored has changed.
            if (this.turn !== turn) return;
            if (!html) this.asked = "";
            this.show(html);
        }

        show(html) {
            const cells = () => this.regionTarget.querySelectorAll("details");
            const open = new Map([...cells()].map((cell) => [cell.dataset.cell, cell.open]));
            if (html) this.regionTarget.innerHTML = html;
            else this.regionTarget.textContent = this.failedValue;
            // What somebody opened or closed stays so.
            for (const cell of cells()) cell.open = open.get(cell.dataset.cell) ?? cell.open;
            this.saidTarget.textContent = (this.regionTarget.querySelector("[data-said]") ?? this.regionTarget).textContent;
        }
    },
);
