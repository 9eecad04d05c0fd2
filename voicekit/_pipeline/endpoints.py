"""Which endpoint answers for a provider: one by its name, or the first that fits of an environment."""

from voicekit import providers
from voicekit.errors import ConfigError
from voicekit.model import Endpoint, Project


def endpoint_for(project: Project, name: str, provider: str | None) -> Endpoint:
    """Return the endpoint that answers for a provider.

    Args:
        project: The project.
        name: An endpoint, or an environment, which is a list of endpoints.
        provider: The provider's name; None for whichever.

    Raises:
        ConfigError: There is none of this name, none that speaks the provider's wire, or it would send on a guess.
    """
    environment = project.environments.get(name)
    choices = (name,) if environment is None else environment
    unknown = next((choice for choice in choices if choice not in project.endpoints), None)
    if unknown is not None:
        known = [*project.endpoints, *project.environments]
        raise ConfigError.of(
            f"no endpoint or environment is called `{unknown[:60]}`", remedy=f"one of: {', '.join(known)}"
        )
    for choice in choices:
        endpoint = project.endpoints[choice]
        if provider is None or endpoint.provider in {None, provider}:
            _refuse_guesses(endpoint, provider)
            _refuse_without_region(endpoint, provider)
            return endpoint
    if environment is None:
        endpoint = project.endpoints[name]
        message = f"endpoint {name} speaks {endpoint.provider}, and the profile needs {provider}"
        remedy = "choose another endpoint, or change the profile's provider"
        raise ConfigError.of(message, place=endpoint.place, remedy=remedy)
    raise ConfigError.of(
        f"environment {name} has no endpoint for {provider}",
        remedy=f"add an endpoint with `provider: {provider}`, or `embedded`, to it",
    )


def _refuse_guesses(endpoint: Endpoint, provider: str | None) -> None:
    """Refuse to send what rests on a guess, unless the user wrote the path or sends it to a server of this machine."""
    if provider is None or endpoint.embedded or endpoint.path or endpoint.is_here:
        return
    unproven = providers.get(provider).capabilities.unproven
    if unproven:
        message = f"nothing is sent to {provider} on a guess: {unproven}"
        remedy = (
            f"write the vendor's path as endpoints.{endpoint.name}.path, or build with the embedded voice"
        )
        raise ConfigError.of(message, place=endpoint.place, remedy=remedy)


def _refuse_without_region(endpoint: Endpoint, provider: str | None) -> None:
    """Refuse to choose a region for the user, where the vendor has an address for each and none for all."""
    if provider is None or endpoint.embedded or endpoint.url:
        return
    written = providers.get(provider).capabilities.regional
    if written:
        message = f"{provider} has an address for each region and none for all"
        remedy = f"write your region's as endpoints.{endpoint.name}.url: {written}"
        raise ConfigError.of(message, place=endpoint.place, remedy=remedy)
