// Drags a card onto a day or a column: the request that its Move form makes. Keyboards, fingers and no script use Move.
window.wagtail.app.register(
    "planner-calendar",
    class extends window.StimulusModule.Controller {
        static targets = ["card", "form"];

        static values = { failed: String };

        cardTargetConnected(card) {
            card.draggable = true;
        }

        start(event) {
            const card = event.target.closest("[data-token]");
            if (!card || this.busy) return;
            this.card = card;
            card.classList.add("jp-entry--dragged");
            event.dataTransfer.effectAllowed = "move";
            // Whoever takes it by its link means the card, not the address.
            event.dataTransfer.clearData();
            event.dataTransfer.setData("text/plain", card.querySelector("a[id]").textContent);
            event.dataTransfer.setDragImage(card, 12, 12);
        }

        over(event) {
            const place = this.placeOf(event);
            if (!place) return;
            event.preventDefault();
            place.classList.add("jp-place--over");
        }

        leave(event) {
            const place = this.placeOf(event);
            if (place && !place.contains(event.relatedTarget)) place.classList.remove("jp-place--over");
        }

        end() {
            this.card?.classList.remove("jp-entry--dragged");
            this.element.querySelector(".jp-place--over")?.classList.remove("jp-place--over");
            this.card = null;
        }

        async drop(event) {
            const [card, place] = [this.card, this.placeOf(event)];
            if (!place) return;
            event.preventDefault();
            this.end();
            if (place.contains(card)) return;
            this.busy = true;
            this.element.setAttribute("aria-busy", "true");
            try {
                await this.move(card, place);
            } catch {
                this.refuse(this.failedValue, card);
            }
            this.element.removeAttribute("aria-busy");
            this.busy = false;
        }

        async move(card, place) {
            const { url, kind, token } = card.dataset;
            const body = new FormData(this.formTarget);
            for (const [name, value] of Object.entries({ ...place.dataset, kind, token, drop: 1 })) body.set(name, value);
            const response = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
            const answer = await response.json();
            if (answer.ask) {
                window.location.assign(answer.ask);
                return;
            }
            const link = card.querySelector("a[id]").id;
            // What was refused because the screen is old, or the item gone, is shown as it is now.
            if (response.ok || response.status === 409 || response.status === 404) await this.refresh();
            const moved = document.getElementById(answer.anchor ?? link) ?? card;
            if (response.ok) (moved.isConnected ? moved : this.notice).focus();
            else this.refuse(answer.message, moved);
        }

        async refresh() {
            const response = await fetch(window.location.href);
            const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
            this.element.innerHTML = fresh.querySelector("[data-controller='planner-calendar']").innerHTML;
            this.notice.innerHTML = fresh.getElementById("jp-notice").innerHTML;
        }

        refuse(message, card) {
            const text = document.createElement("p");
            text.className = "jp-notice__text jp-warning";
            text.textContent = message;
            this.notice.replaceChildren(text);
            const link = card.matches("a") ? card : card.querySelector("a[id]");
            (link?.isConnected ? link : this.notice).focus();
        }

        get notice() {
            return document.getElementById("jp-notice");
        }

        placeOf(event) {
            return this.card ? event.target.closest("[data-date], [data-column]") : null;
        }
    },
);

// Keeps the words under the Move form, and its button, true to what is filled in.
window.wagtail.app.register(
    "planner-move",
    class extends window.StimulusModule.Controller {
        static targets = ["outcome", "button"];

        async refresh() {
            const filled = new FormData(this.element);
            const query = new URLSearchParams();
            for (const name of ["kind", "date", "time"]) if (filled.has(name)) query.set(name, filled.get(name));
            this.asked = query.toString();
            const response = await fetch(`?${query}`, { headers: { "X-Requested-With": "XMLHttpRequest" } });
            // A slower answer to an earlier question must not overwrite a later one.
            if (!response.ok || this.asked !== query.toString()) return;
            this.outcomeTarget.innerHTML = await response.text();
            this.buttonTarget.textContent = this.outcomeTarget.querySelector("[data-label]").dataset.label;
        }
    },
);
