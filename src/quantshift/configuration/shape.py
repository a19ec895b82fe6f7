"""The JSON schema of a model of config keys, for editors, for messages and for the table of the keys."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

Schema = dict[str, Any]


class Plain(GenerateJsonSchema):
    """A generator of schemas that are as short as one written by hand."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Return False: a key is its own title."""
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Return the schema of a section without its class's name and docstring; fields have descriptions."""
        made = super().model_schema(schema)
        return {name: value for name, value in made.items() if name not in ("title", "description")}

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Return the schema of an optional key without its default: defaults are those of config.yaml."""
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Return the schema of a value that may be null as one with two types."""
        inner = self.generate_inner(schema["schema"])
        return {**inner, "type": [inner["type"], "null"]}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Return the schema of a mapping from names; pydantic's own lets other names pass."""
        made = super().dict_schema(schema)
        for pattern, values in made.pop("patternProperties", {}).items():
            made["propertyNames"]["pattern"] = pattern
            made["additionalProperties"] = values
        return made


class Partial(Plain):
    """A generator of schemas for a file that is laid over the default config: no key is required."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        """Return False: what a file does not state, the default config does."""
        return False


def shape(model: type[BaseModel], generator: type[GenerateJsonSchema] = Plain) -> Schema:
    """Return the JSON schema of a model, without references."""
    made = model.model_json_schema(schema_generator=generator)
    definitions = made.pop("$defs", {})
    whole: Schema = inlined(made, definitions)
    return whole


def inlined(part: Any, definitions: Mapping[str, Any]) -> Any:
    """Return a part of a schema in which each reference is replaced by what it refers to."""
    if isinstance(part, list):
        return [inlined(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        part = {**definitions[name], **{key: value for key, value in part.items() if key != "$ref"}}
    return {key: inlined(value, definitions) for key, value in part.items()}
